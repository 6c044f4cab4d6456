package dev.arpeggio.queue.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.queue.QueueException;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * As whom a node comes to ZooKeeper, and who may touch what it creates: with credentials nobody but
 * the same user, without them everybody. Immutable; shows no password to anybody but ZooKeeper.
 */
public final class ZooKeeperAccess {
  private static final String DIGEST = "digest";
  private static final String SASL = "sasl";

  private final String description;
  // Null: nothing to say at the beginning of a session.
  private final byte @Nullable [] digest;
  private final List<ACL> acl;

  private ZooKeeperAccess(String description, byte @Nullable [] digest, List<ACL> acl) {
    this.description = description;
    this.digest = digest;
    this.acl = acl;
  }

  /** Without credentials; znodes are open to everybody. */
  public static ZooKeeperAccess open() {
    return new ZooKeeperAccess("open", null, ZooDefs.Ids.OPEN_ACL_UNSAFE);
  }

  /**
   * By user and password, which every session sends in the clear.
   *
   * @throws QueueException with INVALID_ARGUMENT if one of them is empty, or the user has a colon
   */
  public static ZooKeeperAccess digest(String user, String password) throws QueueException {
    if (user.isEmpty() || user.indexOf(':') >= 0 || password.isEmpty()) {
      throw QueueException.invalidArgument(
          "zookeeper-auth", "a user without colon and a password are needed");
    }
    return new ZooKeeperAccess(
        DIGEST + " as " + user,
        (user + ":" + password).getBytes(UTF_8),
        ZooDefs.Ids.CREATOR_ALL_ACL);
  }

  /** As whomever the section {@code Client} of the JVM's JAAS configuration names. */
  public static ZooKeeperAccess sasl() {
    return new ZooKeeperAccess(SASL, null, ZooDefs.Ids.CREATOR_ALL_ACL);
  }

  /**
   * What a line of text says: {@code digest:USER:PASSWORD} or {@code sasl}.
   *
   * @throws QueueException with INVALID_ARGUMENT, without the line in it
   */
  public static ZooKeeperAccess parse(String line) throws QueueException {
    String[] parts = line.split(":", 3);
    if (parts.length == 3 && parts[0].equals(DIGEST)) {
      return digest(parts[1], parts[2]);
    } else if (line.equals(SASL)) {
      return sasl();
    }
    throw QueueException.invalidArgument("zookeeper-auth", "neither digest:USER:PASSWORD nor sasl");
  }

  /** Whether there are no credentials. */
  boolean isOpen() {
    return acl == ZooDefs.Ids.OPEN_ACL_UNSAFE;
  }

  /** For every znode that is created. */
  List<ACL> acl() {
    return acl;
  }

  /** To be called for every new handle, before it is used; it remembers that itself. */
  void introduce(ZooKeeper handle) {
    if (digest != null) {
      handle.addAuthInfo(DIGEST, digest.clone());
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return description;
  }
}

package dev.arpeggio.queue.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/** A plain client: somebody who looks at the znodes, changes them, or tries to. */
public final class RawClient implements AutoCloseable {
  private final ZooKeeper client;

  public RawClient(String connectString) throws Exception {
    var connected = new CountDownLatch(1);
    client =
        new ZooKeeper(
            connectString,
            30_000,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    if (!connected.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("cannot connect to " + connectString);
    }
  }

  public RawClient as(String userAndPassword) {
    client.addAuthInfo("digest", userAndPassword.getBytes(UTF_8));
    return this;
  }

  /** Every path below, parents first, the root itself not. */
  public List<String> tree() throws Exception {
    var all = new ArrayList<String>();
    collect("/", all);
    return all;
  }

  private void collect(String path, List<String> all) throws Exception {
    for (String child : client.getChildren(path, false).stream().sorted().toList()) {
      String below = path.equals("/") ? path + child : path + "/" + child;
      // ZooKeeper's own.
      if (!below.startsWith("/zookeeper")) {
        all.add(below);
        collect(below, all);
      }
    }
  }

  public byte[] get(String path) throws Exception {
    byte[] data = client.getData(path, false, null);
    return data == null ? new byte[0] : data;
  }

  public void set(String path, byte[] data) throws Exception {
    client.setData(path, data, -1);
  }

  public void create(String path, byte[] data) throws Exception {
    client.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
  }

  public void delete(String path) throws Exception {
    client.delete(path, -1);
  }

  public List<ACL> acl(String path) throws Exception {
    return client.getACL(path, null);
  }

  /** Tries everything; what succeeded, or failed for another reason than a lack of rights. */
  public List<String> trespass(String path) {
    var done = new ArrayList<String>();
    attempt(done, "get", () -> get(path));
    attempt(done, "children", () -> client.getChildren(path, false));
    attempt(done, "set", () -> set(path, new byte[0]));
    attempt(done, "create", () -> create(path + "/foreign", new byte[0]));
    attempt(done, "delete", () -> delete(path));
    attempt(done, "acl", () -> client.setACL(path, ZooDefs.Ids.OPEN_ACL_UNSAFE, -1));
    return done;
  }

  private interface Deed {
    void run() throws Exception;
  }

  private static void attempt(List<String> done, String what, Deed deed) {
    try {
      deed.run();
      done.add(what);
    } catch (KeeperException.NoAuthException e) {
      // As it should be.
    } catch (Exception e) {
      done.add(what + ": " + e);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

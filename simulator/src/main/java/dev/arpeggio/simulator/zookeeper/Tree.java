package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The znodes as one server has them. Changes are applied without a question: they were ordered. */
public final class Tree {
  static final String ROOT = "/";

  private final TreeMap<String, Znode> znodes = new TreeMap<>();
  private final TreeMap<String, TreeSet<String>> children = new TreeMap<>();
  private final TreeMap<Long, TreeSet<String>> ephemerals = new TreeMap<>();

  /**
   * A znode.
   *
   * @param data not to be changed
   * @param version number of changes of its data
   * @param createdBy transaction that created it
   * @param modifiedBy transaction that last changed its data
   * @param childrenBy transaction that last created or deleted a child
   * @param ephemeralOwner session that it lives with; 0 if it is persistent
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Znode(
      byte[] data,
      int version,
      long createdBy,
      long modifiedBy,
      long childrenBy,
      long ephemeralOwner) {
    Stat stat() {
      return new Stat(version, createdBy, ephemeralOwner);
    }

    private Znode withData(byte[] changed, long transaction) {
      return new Znode(changed, version + 1, createdBy, transaction, childrenBy, ephemeralOwner);
    }

    private Znode withChildren(long transaction) {
      return new Znode(data, version, createdBy, modifiedBy, transaction, ephemeralOwner);
    }
  }

  Tree() {
    znodes.put(ROOT, new Znode(new byte[0], 0, 0, 0, 0, 0));
  }

  /** The znode of that path; null if there is none. */
  public @Nullable Znode find(String path) {
    return znodes.get(path);
  }

  /** The names below a path, in order. */
  public NavigableSet<String> children(String path) {
    TreeSet<String> names = children.get(path);
    return names == null
        ? Collections.emptyNavigableSet()
        : Collections.unmodifiableNavigableSet(names);
  }

  /** The ephemeral znodes of a session, in order. */
  NavigableSet<String> ephemerals(long session) {
    TreeSet<String> paths = ephemerals.get(session);
    return paths == null
        ? Collections.emptyNavigableSet()
        : Collections.unmodifiableNavigableSet(paths);
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? ROOT : path.substring(0, slash);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  void apply(long transaction, List<Change> changes) {
    for (Change change : changes) {
      String path = change.path();
      if (change instanceof Change.Created created) {
        create(transaction, created);
      } else if (change instanceof Change.Changed changed) {
        znodes.put(path, existing(path).withData(changed.data(), transaction));
      } else {
        delete(transaction, path);
      }
    }
  }

  private void create(long transaction, Change.Created created) {
    String path = created.path();
    long owner = created.ephemeralOwner();
    znodes.put(path, new Znode(created.data(), 0, transaction, transaction, transaction, owner));
    String parent = parent(path);
    znodes.put(parent, existing(parent).withChildren(transaction));
    children.computeIfAbsent(parent, unused -> new TreeSet<>()).add(name(path));
    if (owner != 0) {
      ephemerals.computeIfAbsent(owner, unused -> new TreeSet<>()).add(path);
    }
  }

  private void delete(long transaction, String path) {
    long owner = existing(path).ephemeralOwner();
    znodes.remove(path);
    children.remove(path);
    String parent = parent(path);
    znodes.put(parent, existing(parent).withChildren(transaction));
    TreeSet<String> siblings = children.get(parent);
    if (siblings != null) {
      siblings.remove(name(path));
    }
    TreeSet<String> ofOwner = ephemerals.get(owner);
    if (ofOwner != null) {
      ofOwner.remove(path);
    }
  }

  private Znode existing(String path) {
    Znode found = znodes.get(path);
    if (found == null) {
      throw new IllegalStateException("ordered a change of " + path + ", which does not exist");
    }
    return found;
  }
}

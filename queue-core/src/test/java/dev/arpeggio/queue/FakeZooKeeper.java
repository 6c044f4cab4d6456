package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import dev.arpeggio.queue.ZooKeeperPort.Node;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A tree of znodes in memory that behaves as ZooKeeper's: versions, transactions, ephemeral znodes;
 * {@link FakeZooKeeperTest} holds it to a real server.
 */
final class FakeZooKeeper {
  private TreeMap<String, Entry> tree = new TreeMap<>();
  private final List<String> created = new ArrayList<>();
  private long transactions;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(byte[] data, int version, long creationId, long ephemeralOwner) {
    Stat stat() {
      return new Stat(version, creationId, ephemeralOwner);
    }
  }

  FakeZooKeeper() {
    tree.put("", new Entry(new byte[0], 0, 0, 0));
  }

  private static String key(String path) {
    return path.equals("/") ? "" : path;
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  ZooKeeperPort.Reply<Node> get(String path) {
    Entry entry = tree.get(key(path));
    return entry == null
        ? ZooKeeperPort.Reply.failed(Code.NO_NODE)
        : ZooKeeperPort.Reply.ok(new Node(entry.data(), entry.stat()));
  }

  ZooKeeperPort.Reply<Stat> exists(String path) {
    Entry entry = tree.get(key(path));
    return entry == null
        ? ZooKeeperPort.Reply.failed(Code.NO_NODE)
        : ZooKeeperPort.Reply.ok(entry.stat());
  }

  ZooKeeperPort.Reply<List<String>> children(String path) {
    if (!tree.containsKey(key(path))) {
      return ZooKeeperPort.Reply.failed(Code.NO_NODE);
    }
    return ZooKeeperPort.Reply.ok(names(path));
  }

  List<String> names(String path) {
    String prefix = key(path) + "/";
    var names = new ArrayList<String>();
    for (String other : tree.tailMap(prefix, false).keySet()) {
      if (!other.startsWith(prefix)) {
        break;
      }
      if (other.indexOf('/', prefix.length()) < 0) {
        names.add(other.substring(prefix.length()));
      }
    }
    return names;
  }

  Code create(String path, byte[] data, long ephemeralOwner) {
    transactions++;
    return doCreate(path, data, ephemeralOwner);
  }

  private Code doCreate(String path, byte[] data, long ephemeralOwner) {
    if (tree.containsKey(path)) {
      return Code.NODE_EXISTS;
    }
    Entry parent = tree.get(parent(path));
    if (parent == null) {
      return Code.NO_NODE;
    }
    if (parent.ephemeralOwner() != 0) {
      // No children for ephemeral znodes: a code that the port does not name.
      return Code.OTHER;
    }
    tree.put(path, new Entry(data.clone(), 0, transactions, ephemeralOwner));
    created.add(path);
    return Code.OK;
  }

  Code set(String path, byte[] data, int expected) {
    Entry entry = tree.get(key(path));
    if (entry == null) {
      return Code.NO_NODE;
    }
    if (expected != ZooKeeperPort.ANY_VERSION && expected != entry.version()) {
      return Code.BAD_VERSION;
    }
    tree.put(
        key(path),
        new Entry(data.clone(), entry.version() + 1, entry.creationId(), entry.ephemeralOwner()));
    return Code.OK;
  }

  Code delete(String path, int expected) {
    Entry entry = tree.get(path);
    if (entry == null) {
      return Code.NO_NODE;
    }
    if (expected != ZooKeeperPort.ANY_VERSION && expected != entry.version()) {
      return Code.BAD_VERSION;
    }
    if (!names(path).isEmpty()) {
      return Code.NOT_EMPTY;
    }
    tree.remove(path);
    return Code.OK;
  }

  MultiReply multi(List<Op> operations) {
    var before = new TreeMap<>(tree);
    // One for all: whatever it creates was created at once.
    transactions++;
    for (int i = 0; i < operations.size(); i++) {
      Code code = apply(operations.get(i));
      if (code != Code.OK) {
        tree = before;
        return new MultiReply(code, i);
      }
    }
    return MultiReply.OK;
  }

  private Code apply(Op operation) {
    if (operation instanceof Op.Check check) {
      Entry entry = tree.get(key(check.path()));
      if (entry == null) {
        return Code.NO_NODE;
      }
      return check.version() == ZooKeeperPort.ANY_VERSION || check.version() == entry.version()
          ? Code.OK
          : Code.BAD_VERSION;
    } else if (operation instanceof Op.Create create) {
      return doCreate(create.path(), create.data(), 0);
    } else if (operation instanceof Op.Set set) {
      return set(set.path(), set.data(), set.expectedVersion());
    } else if (operation instanceof Op.Delete delete) {
      return delete(delete.path(), delete.expectedVersion());
    }
    throw new IllegalStateException("unknown operation");
  }

  void endSession(long session) {
    tree.values().removeIf(entry -> entry.ephemeralOwner() == session && session != 0);
  }

  /** Every path that was ever created, also by a transaction that failed later. */
  List<String> created() {
    return List.copyOf(created);
  }

  /** Every path, for comparisons. */
  List<String> paths() {
    return List.copyOf(tree.keySet());
  }
}

package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The leader's judgement of one request: each operation sees what those before it did, and the tree
 * stays as it is until the whole is applied.
 */
class Transaction {
  private final Tree tree;
  private final long session;
  private final Map<String, Shadow> shadows = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();

  /** What a znode will be, as far as judging needs it. */
  private record Shadow(boolean exists, int version, int children, boolean ephemeral) {
    Shadow withVersion(int changed) {
      return new Shadow(exists, changed, children, ephemeral);
    }

    Shadow withChildren(int changed) {
      return new Shadow(exists, version, changed, ephemeral);
    }
  }

  Transaction(Tree tree, long session) {
    this.tree = tree;
    this.session = session;
  }

  /** What to apply if every operation was OK. */
  List<Change> changes() {
    return List.copyOf(changes);
  }

  /** The answer to a whole request. */
  Answer judge(Call call) {
    if (call instanceof Call.Multi multi) {
      for (int i = 0; i < multi.operations().size(); i++) {
        Code code = judge(multi.operations().get(i));
        if (code != Code.OK) {
          return new Answer.Failed(code, i);
        }
      }
      return Answer.Ok.DONE;
    } else if (call instanceof Call.Create create) {
      return single(create(create.path(), create.data(), create.mode()));
    } else if (call instanceof Call.Single single) {
      Code code = judge(single.operation());
      return code == Code.OK && single.operation() instanceof Op.Set set
          ? new Answer.Found(stat(set.path()))
          : single(code);
    }
    throw new IllegalStateException("not a write: " + call);
  }

  private static Answer single(Code code) {
    return code == Code.OK ? Answer.Ok.DONE : new Answer.Failed(code, -1);
  }

  Code judge(Op operation) {
    if (operation instanceof Op.Check check) {
      return check(check.path(), check.version());
    } else if (operation instanceof Op.Create create) {
      return create(create.path(), create.data(), Mode.PERSISTENT);
    } else if (operation instanceof Op.Set set) {
      return set(set.path(), set.data(), set.expectedVersion());
    } else if (operation instanceof Op.Delete delete) {
      return delete(delete.path(), delete.expectedVersion());
    }
    throw new IllegalStateException("unknown operation " + operation);
  }

  Code check(String path, int version) {
    Shadow shadow = shadow(path);
    if (!shadow.exists()) {
      return Code.NO_NODE;
    }
    return matches(shadow, version) ? Code.OK : Code.BAD_VERSION;
  }

  Code create(String path, byte[] data, Mode mode) {
    if (path.equals(Tree.ROOT)) {
      return Code.NODE_EXISTS;
    }
    String above = Tree.parent(path);
    Shadow parent = shadow(above);
    if (!parent.exists()) {
      return Code.NO_NODE;
    }
    if (shadow(path).exists()) {
      return Code.NODE_EXISTS;
    }
    if (parent.ephemeral()) {
      // No children for ephemeral znodes: a code that the port does not name.
      return Code.OTHER;
    }
    boolean ephemeral = mode == Mode.EPHEMERAL;
    shadows.put(path, new Shadow(true, 0, 0, ephemeral));
    shadows.put(above, parent.withChildren(parent.children() + 1));
    changes.add(new Change.Created(path, data.clone(), ephemeral ? session : 0));
    return Code.OK;
  }

  Code set(String path, byte[] data, int expected) {
    Shadow shadow = shadow(path);
    if (!shadow.exists()) {
      return Code.NO_NODE;
    }
    if (!matches(shadow, expected)) {
      return Code.BAD_VERSION;
    }
    shadows.put(path, shadow.withVersion(shadow.version() + 1));
    changes.add(new Change.Changed(path, data.clone()));
    return Code.OK;
  }

  Code delete(String path, int expected) {
    if (path.equals(Tree.ROOT)) {
      return Code.OTHER;
    }
    Shadow shadow = shadow(path);
    if (!shadow.exists()) {
      return Code.NO_NODE;
    }
    if (!matches(shadow, expected)) {
      return Code.BAD_VERSION;
    }
    if (shadow.children() > 0) {
      return Code.NOT_EMPTY;
    }
    String above = Tree.parent(path);
    Shadow parent = shadow(above);
    shadows.put(path, new Shadow(false, 0, 0, false));
    shadows.put(above, parent.withChildren(parent.children() - 1));
    changes.add(new Change.Deleted(path));
    return Code.OK;
  }

  /** What is known of a znode that was there before, once this is applied. */
  private Stat stat(String path) {
    Tree.Znode before = tree.find(path);
    if (before == null) {
      throw new IllegalStateException(path + " was created in this transaction");
    }
    return new Stat(shadow(path).version(), before.createdBy(), before.ephemeralOwner());
  }

  private static boolean matches(Shadow shadow, int version) {
    return version == ZooKeeperPort.ANY_VERSION || version == shadow.version();
  }

  private Shadow shadow(String path) {
    Shadow pending = shadows.get(path);
    if (pending != null) {
      return pending;
    }
    Tree.Znode znode = tree.find(path);
    return znode == null
        ? new Shadow(false, 0, 0, false)
        : new Shadow(
            true, znode.version(), tree.children(path).size(), znode.ephemeralOwner() != 0);
  }
}

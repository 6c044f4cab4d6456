package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession.SessionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;
import org.jspecify.annotations.Nullable;

/**
 * The real client as one loop sees it. Called on the loop; every answer is a task of its own on the
 * loop, so that nothing is answered before its call returns. Uses whatever handle the session has:
 * one that expired answers SESSION_EXPIRED.
 */
final class LoopPort implements ZooKeeperPort {
  private final ZooKeeperSession session;
  private final EventLoop loop;
  // Touched on the loop only.
  private final List<SessionListener> listeners = new ArrayList<>();

  LoopPort(ZooKeeperSession session, EventLoop loop) {
    this.session = session;
    this.loop = loop;
  }

  @Override
  public void get(String path, Consumer<Reply<Node>> callback) {
    session
        .handle()
        .getData(
            path,
            false,
            (rc, p, context, data, stat) -> answer(callback, rc, rc == 0 ? node(data, stat) : null),
            null);
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    session
        .handle()
        .getChildren(
            path,
            false,
            (rc, p, context, children) -> answer(callback, rc, rc == 0 ? children : null),
            null);
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    session
        .handle()
        .exists(
            path,
            false,
            (rc, p, context, stat) -> answer(callback, rc, rc == 0 ? stat(stat) : null),
            null);
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    session
        .handle()
        .create(
            path,
            data,
            session.acl(),
            createMode(mode),
            (int rc, String p, Object context, String name) ->
                answer(callback, rc, rc == 0 ? Done.DONE : null),
            null);
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    session
        .handle()
        .setData(
            path,
            data,
            expectedVersion,
            (rc, p, context, stat) -> answer(callback, rc, rc == 0 ? stat(stat) : null),
            null);
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    session
        .handle()
        .delete(
            path,
            expectedVersion,
            (rc, p, context) -> answer(callback, rc, rc == 0 ? Done.DONE : null),
            null);
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    session
        .handle()
        .sync(path, (rc, p, context) -> answer(callback, rc, rc == 0 ? Done.DONE : null), null);
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    session
        .handle()
        .multi(
            translate(operations),
            (rc, path, context, results) -> {
              var reply = multiReply(rc, results);
              hop(() -> callback.accept(reply));
            },
            null);
  }

  @Override
  public Registration listen(SessionListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public boolean isConnected() {
    return session.isConnected();
  }

  /** Called on ZooKeeper's event thread. */
  void onSessionEvent(SessionEvent event) {
    hop(
        () -> {
          // A copy: a listener may end its registration.
          for (SessionListener listener : List.copyOf(listeners)) {
            if (event instanceof SessionEvent.Connected now) {
              listener.connected(now.sessionId());
            } else if (event instanceof SessionEvent.Expired) {
              listener.expired();
            } else {
              listener.disconnected();
            }
          }
        });
  }

  private <T> void answer(Consumer<Reply<T>> callback, int rc, @Nullable T value) {
    var reply = new Reply<>(code(rc), value);
    hop(() -> callback.accept(reply));
  }

  /** Runs a task on the loop, from any thread. */
  void hop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and with it everybody who waits for this.
      System.getLogger(LoopPort.class.getName())
          .log(System.Logger.Level.DEBUG, "an answer after the loop's end", e);
    }
  }

  static Stat stat(org.apache.zookeeper.data.Stat stat) {
    return new Stat(stat.getVersion(), stat.getCzxid(), stat.getEphemeralOwner());
  }

  static Node node(byte @Nullable [] data, org.apache.zookeeper.data.Stat stat) {
    return new Node(data == null ? new byte[0] : data, stat(stat));
  }

  static CreateMode createMode(Mode mode) {
    return mode == Mode.EPHEMERAL ? CreateMode.EPHEMERAL : CreateMode.PERSISTENT;
  }

  /** The first operation that failed says why; those after it failed because of it. */
  static MultiReply multiReply(int rc, @Nullable List<OpResult> results) {
    for (int i = 0; results != null && i < results.size(); i++) {
      if (results.get(i) instanceof ErrorResult error && error.getErr() != 0) {
        return new MultiReply(code(error.getErr()), i);
      }
    }
    return rc == 0 ? MultiReply.OK : new MultiReply(code(rc), -1);
  }

  List<org.apache.zookeeper.Op> translate(List<Op> operations) {
    var translated = new ArrayList<org.apache.zookeeper.Op>(operations.size());
    for (Op operation : operations) {
      translated.add(translate(operation));
    }
    return translated;
  }

  private org.apache.zookeeper.Op translate(Op operation) {
    if (operation instanceof Op.Check check) {
      return org.apache.zookeeper.Op.check(check.path(), check.version());
    } else if (operation instanceof Op.Create create) {
      return org.apache.zookeeper.Op.create(
          create.path(), create.data(), session.acl(), CreateMode.PERSISTENT);
    } else if (operation instanceof Op.Set set) {
      return org.apache.zookeeper.Op.setData(set.path(), set.data(), set.expectedVersion());
    } else if (operation instanceof Op.Delete delete) {
      return org.apache.zookeeper.Op.delete(delete.path(), delete.expectedVersion());
    }
    throw new IllegalStateException("unknown operation " + operation);
  }

  static Code code(int rc) {
    return switch (KeeperException.Code.get(rc)) {
      case OK -> Code.OK;
      case NONODE -> Code.NO_NODE;
      case NODEEXISTS -> Code.NODE_EXISTS;
      case BADVERSION -> Code.BAD_VERSION;
      case NOTEMPTY -> Code.NOT_EMPTY;
      // The latter: nobody was authenticated to whom what is created could belong.
      case NOAUTH, INVALIDACL -> Code.NO_AUTH;
      case CONNECTIONLOSS -> Code.CONNECTION_LOSS;
      case SESSIONEXPIRED -> Code.SESSION_EXPIRED;
      default -> Code.OTHER;
    };
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are alive, as ZooKeeper sees their sessions. Belongs to the loop.
 *
 * <p>An entry is an ephemeral znode. Where one of the same name is found, it is left over from an
 * earlier session or an earlier process of this node, and is replaced: names are unique.
 */
public final class Members {
  static final String MEMBERS = "/members";
  private static final String KIND = "member";
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final long NO_SESSION = 0;

  private final ZooKeeperPort zooKeeper;
  private final EventLoop loop;
  private @Nullable Registration registration;

  public Members(ZooKeeperPort zooKeeper, EventLoop loop) {
    this.zooKeeper = zooKeeper;
    this.loop = loop;
  }

  /**
   * Enters a node, and enters it again whenever its session was lost, until {@link #close()}. Keeps
   * trying while ZooKeeper cannot be reached. Call once.
   *
   * @param done succeeds when the node is entered the first time; does not fail
   */
  public void register(NodeIdentity node, Completion<Done> done) {
    if (registration != null) {
      throw new IllegalStateException("a node is registered already");
    }
    var created = new Registration(node, done);
    registration = created;
    created.enter();
  }

  /**
   * Every member, sorted by name.
   *
   * @param done fails with STORE_UNAVAILABLE, STORE_CORRUPT
   */
  public void list(Completion<List<NodeIdentity>> done) {
    zooKeeper.sync(
        MEMBERS,
        synced ->
            zooKeeper.children(
                MEMBERS,
                reply -> {
                  if (reply.isOk()) {
                    new Listing(done).run(new TreeSet<>(reply.get()));
                  } else {
                    done.failed(failedRead(MEMBERS, reply.code()));
                  }
                }));
  }

  /** Takes the registered node out, as far as the store can be reached, and stops entering it. */
  public void close() {
    if (registration != null) {
      registration.close();
      registration = null;
    }
  }

  private static QueueException failedRead(String path, Code code) {
    return code.isOutcomeUnknown()
        ? QueueException.storeUnavailable("cannot read the members: " + code, null)
        : QueueException.unexpected(path, code);
  }

  /** Reads all entries. */
  private final class Listing {
    private final List<NodeIdentity> found = new ArrayList<>();
    private final Completion<List<NodeIdentity>> done;
    private boolean failed;

    Listing(Completion<List<NodeIdentity>> done) {
      this.done = done;
    }

    void run(SortedSet<String> names) {
      FanOut.forEach(
          names,
          this::readOne,
          () -> {
            found.sort(Comparator.comparing(NodeIdentity::name));
            done.succeeded(found);
          });
    }

    private void readOne(String name, Runnable next) {
      String path = MEMBERS + "/" + name;
      zooKeeper.get(
          path,
          reply -> {
            if (reply.code() == Code.NO_NODE) {
              next.run();
            } else if (!reply.isOk()) {
              fail(failedRead(path, reply.code()));
            } else {
              try {
                found.add(
                    new NodeIdentity(
                        name, TextRecord.decode(path, KIND, reply.get().data()).text("address")));
              } catch (QueueException e) {
                fail(e);
                return;
              } catch (IllegalArgumentException e) {
                fail(QueueException.storeCorrupt(path, "not a member"));
                return;
              }
              next.run();
            }
          });
    }

    private void fail(QueueException error) {
      if (!failed) {
        failed = true;
        done.failed(error);
      }
    }
  }

  /** Keeps one node entered. */
  private final class Registration implements ZooKeeperPort.SessionListener {
    private final String path;
    private final byte[] content;
    private final Completion<Done> done;
    private final ZooKeeperPort.Registration listening;
    // The session that the entry lives with.
    private long session = NO_SESSION;
    private boolean entering;
    private boolean told;
    private boolean closed;

    Registration(NodeIdentity node, Completion<Done> done) {
      this.path = MEMBERS + "/" + node.name();
      this.content = TextRecord.encode(KIND, Map.of("address", node.address()));
      this.done = done;
      this.listening = zooKeeper.listen(this);
    }

    @Override
    public void connected(long sessionId) {
      if (sessionId != session) {
        enter();
      }
    }

    @Override
    public void disconnected() {
      // The entry lives as long as the session, which may come back.
    }

    @Override
    public void expired() {
      session = NO_SESSION;
    }

    void enter() {
      if (closed || entering) {
        return;
      }
      entering = true;
      create();
    }

    private void create() {
      zooKeeper.create(
          path,
          content,
          Mode.EPHEMERAL,
          reply -> {
            if (closed) {
              remove();
            } else if (reply.isOk()) {
              learnSession();
            } else if (reply.code() == Code.NODE_EXISTS) {
              replace();
            } else {
              retry();
            }
          });
    }

    private void replace() {
      zooKeeper.delete(
          path,
          ZooKeeperPort.ANY_VERSION,
          reply -> {
            if (reply.isOk() || reply.code() == Code.NO_NODE) {
              create();
            } else {
              retry();
            }
          });
    }

    private void learnSession() {
      zooKeeper.exists(
          path,
          reply -> {
            if (!reply.isOk()) {
              retry();
              return;
            }
            entering = false;
            session = reply.get().ephemeralOwner();
            if (!told) {
              told = true;
              done.succeeded(Done.DONE);
            }
          });
    }

    private void retry() {
      loop.schedule(
          RETRY,
          () -> {
            entering = false;
            enter();
          });
    }

    void close() {
      closed = true;
      listening.close();
      remove();
    }

    private void remove() {
      // If it cannot be reached, the entry ends with the session.
      zooKeeper.delete(path, ZooKeeperPort.ANY_VERSION, reply -> {});
    }
  }
}

package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Node;
import dev.arpeggio.queue.ZooKeeperPort.Reply;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import dev.arpeggio.queue.zookeeper.RealClient;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** A real server, through the driver of production; watches through the client underneath. */
final class RealSubject implements Subject {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String servers;
  private final String chroot;
  private final Transcript transcript;
  private final ThreadEventLoop loop;
  private final List<Open> sessions = new ArrayList<>();

  /** A session and what it is used with. */
  private record Open(ZooKeeperSession session, ZooKeeperPort port, Watcher watcher) {}

  RealSubject(String servers, String chroot, int sessions, Transcript transcript) throws Exception {
    this.servers = servers;
    this.chroot = chroot;
    this.transcript = transcript;
    this.loop =
        new ThreadEventLoop(
            "differential",
            bug -> {
              throw new AssertionError("a bug on the loop", bug);
            });
    for (int session = 0; session < sessions; session++) {
      this.sessions.add(open(session));
    }
  }

  private Open open(int number) throws Exception {
    ZooKeeperSession session = ZooKeeperSession.connect(servers + chroot, TIMEOUT, PATIENCE);
    // On the loop, as the answers are, so that their order is kept.
    Watcher watcher =
        event -> {
          // Watches also hear of the connection, up to its end.
          if (event.getType() != Watcher.Event.EventType.None) {
            loop.execute(() -> record(number, event));
          }
        };
    return new Open(session, session.on(loop), watcher);
  }

  private void record(int session, WatchedEvent event) {
    String kind =
        switch (event.getType()) {
          case NodeCreated -> "CREATED";
          case NodeDeleted -> "DELETED";
          case NodeDataChanged -> "DATA_CHANGED";
          case NodeChildrenChanged -> "CHILDREN_CHANGED";
          default -> event.getType().name();
        };
    transcript.event(session, kind, event.getPath());
  }

  @Override
  public void burst(int session, int answers, Consumer<Client> requests) throws Exception {
    loop.execute(() -> requests.accept(new Handle(sessions.get(session))));
    flush(session);
  }

  // The answer to a last request comes after all others, and after every event before it.
  @Override
  public void flush(int session) throws Exception {
    CompletableFuture<Code> flushed = new CompletableFuture<>();
    loop.execute(
        () -> sessions.get(session).port().exists("/", reply -> flushed.complete(reply.code())));
    Code code = flushed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (code != Code.OK) {
      throw new AssertionError("the server failed with " + code);
    }
  }

  @Override
  public void end(int session) throws Exception {
    sessions.get(session).session().close();
    sessions.set(session, open(session));
  }

  @Override
  public void expire(int session) throws Exception {
    CompletableFuture<Long> renewed = new CompletableFuture<>();
    Open expiring = sessions.get(session);
    loop.execute(
        () -> {
          ZooKeeperPort.Registration unused =
              expiring
                  .port()
                  .listen(
                      new ZooKeeperPort.SessionListener() {
                        private boolean gone;

                        @Override
                        public void connected(long sessionId) {
                          if (gone) {
                            renewed.complete(sessionId);
                          }
                        }

                        @Override
                        public void disconnected() {
                          // Comes first.
                        }

                        @Override
                        public void expired() {
                          gone = true;
                        }
                      });
        });
    RealClient.expire(expiring.session(), servers, TIMEOUT);
    renewed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    sessions.forEach(open -> open.session().close());
    loop.close();
  }

  private final class Handle implements Client {
    private final Open open;
    private final ZooKeeper client;

    Handle(Open open) {
      this.open = open;
      this.client = RealClient.handle(open.session());
    }

    private @Nullable Watcher watcher(boolean watch) {
      return watch ? open.watcher() : null;
    }

    @Override
    public ZooKeeperPort port() {
      return open.port();
    }

    @Override
    public void get(String path, boolean watch, Consumer<Reply<Node>> callback) {
      client.getData(
          path,
          watcher(watch),
          (rc, p, context, data, stat) ->
              answer(callback, rc, rc == 0 ? new Node(data, stat(stat)) : null),
          null);
    }

    @Override
    public void children(String path, boolean watch, Consumer<Reply<List<String>>> callback) {
      client.getChildren(
          path,
          watcher(watch),
          (rc, p, context, names) -> answer(callback, rc, rc == 0 ? names : null),
          null);
    }

    @Override
    public void exists(String path, boolean watch, Consumer<Reply<Stat>> callback) {
      client.exists(
          path,
          watcher(watch),
          (rc, p, context, stat) -> answer(callback, rc, rc == 0 ? stat(stat) : null),
          null);
    }

    @Override
    public void watch(String path, Consumer<Reply<Done>> callback) {
      client.addWatch(
          path,
          open.watcher(),
          AddWatchMode.PERSISTENT,
          (rc, p, context) -> answer(callback, rc, rc == 0 ? Done.DONE : null),
          null);
    }

    private <T> void answer(Consumer<Reply<T>> callback, int rc, @Nullable T value) {
      Code code =
          switch (KeeperException.Code.get(rc)) {
            case OK -> Code.OK;
            case NONODE -> Code.NO_NODE;
            default -> Code.OTHER;
          };
      loop.execute(() -> callback.accept(new Reply<>(code, value)));
    }

    private static Stat stat(org.apache.zookeeper.data.Stat stat) {
      return new Stat(stat.getVersion(), stat.getCzxid(), stat.getEphemeralOwner());
    }
  }
}

package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.ZooKeeperPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper client that outlives its sessions: when one expires, it makes the next, for ever, and
 * leaves the process alone.
 *
 * <p>Safe for use by several threads. Answers and events reach the loop of a port in the order in
 * which ZooKeeper's event thread has them.
 */
public final class ZooKeeperSession implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ZooKeeperSession.class.getName());
  private static final long FIRST_RETRY_MILLIS = 50;
  private static final long LAST_RETRY_MILLIS = 5_000;

  /** No session has this number. */
  static final long NOT_CONNECTED = 0;

  private final String connectString;
  private final ZooKeeperAccess access;
  private final int sessionTimeoutMillis;
  // Null: the server is elsewhere.
  private final @Nullable EmbeddedServer within;
  private final CountDownLatch firstConnection = new CountDownLatch(1);
  // Makes new handles: ZooKeeper's event thread may not, as it would wait for itself.
  private final ScheduledExecutorService renewal;
  private final List<Consumer<SessionEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Object monitor = new Object();
  private volatile ZooKeeper handle;
  private volatile long connectedAs = NOT_CONNECTED;
  private volatile boolean refused;
  private volatile boolean closed;

  /** What happened to the session. */
  sealed interface SessionEvent {
    record Connected(long sessionId) implements SessionEvent {}

    record Disconnected() implements SessionEvent {}

    record Expired() implements SessionEvent {}
  }

  private ZooKeeperSession(
      String connectString,
      ZooKeeperAccess access,
      int sessionTimeoutMillis,
      @Nullable EmbeddedServer within)
      throws IOException {
    this.within = within;
    this.connectString = connectString;
    this.access = access;
    this.sessionTimeoutMillis = sessionTimeoutMillis;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var created = new Thread(task, "zookeeper-session-renewal");
              created.setDaemon(true);
              return created;
            });
    synchronized (monitor) {
      this.handle = newHandle();
    }
  }

  private ZooKeeper newHandle() throws IOException {
    var created = new ZooKeeper(connectString, sessionTimeoutMillis, this::onEvent);
    access.introduce(created);
    return created;
  }

  /**
   * Connects without credentials.
   *
   * @throws QueueException as the other method
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static ZooKeeperSession connect(
      String connectString, Duration sessionTimeout, Duration connectTimeout)
      throws QueueException, InterruptedException {
    return connect(connectString, ZooKeeperAccess.open(), sessionTimeout, connectTimeout);
  }

  /**
   * Connects, and waits for it.
   *
   * @param connectString host:port pairs and an optional chroot, which is created if it does not
   *     exist
   * @param sessionTimeout as proposed to the server
   * @throws QueueException with STORE_UNAVAILABLE if no server answers within {@code
   *     connectTimeout}, with STORE_FORBIDDEN if it refuses the credentials, with INVALID_ARGUMENT
   *     if the connect string is malformed
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static ZooKeeperSession connect(
      String connectString,
      ZooKeeperAccess access,
      Duration sessionTimeout,
      Duration connectTimeout)
      throws QueueException, InterruptedException {
    return connect(connectString, access, sessionTimeout, connectTimeout, null);
  }

  /**
   * Connects to a server in this process, to which requests then go without a socket; unless there
   * are credentials, as the server knows those of connections only.
   *
   * @throws QueueException as the other methods
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static ZooKeeperSession connect(
      EmbeddedZooKeeper server,
      ZooKeeperAccess access,
      Duration sessionTimeout,
      Duration connectTimeout)
      throws QueueException, InterruptedException {
    return connect(
        server.connectString(),
        access,
        sessionTimeout,
        connectTimeout,
        access.isOpen() ? server.server() : null);
  }

  private static ZooKeeperSession connect(
      String connectString,
      ZooKeeperAccess access,
      Duration sessionTimeout,
      Duration connectTimeout,
      @Nullable EmbeddedServer within)
      throws QueueException, InterruptedException {
    long deadline = System.nanoTime() + connectTimeout.toNanos();
    int timeoutMillis = Math.toIntExact(sessionTimeout.toMillis());
    try {
      Chroot.create(connectString, access, timeoutMillis, deadline);
      var session = new ZooKeeperSession(connectString, access, timeoutMillis, within);
      boolean answered =
          session.firstConnection.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!session.isConnected()) {
        session.close();
        throw answered && session.refused
            ? QueueException.storeForbidden("/", access.toString())
            : Chroot.unreachable(connectString, null);
      }
      return session;
    } catch (IllegalArgumentException e) {
      throw QueueException.invalidArgument("zookeeper", "not a connect string: " + connectString);
    } catch (IOException e) {
      throw Chroot.unreachable(connectString, e);
    }
  }

  /** The port for what runs on {@code loop}. */
  public ZooKeeperPort on(EventLoop loop) {
    var port = new LoopPort(this, loop);
    var complete = within == null ? port : new InProcessPort(this, within, port);
    listeners.add(port::onSessionEvent);
    return complete;
  }

  public boolean isConnected() {
    return connectedAs != NOT_CONNECTED;
  }

  /** The session's number while it is connected. */
  long connectedAs() {
    return connectedAs;
  }

  /** Ends the session. Operations that come later fail as if it had expired. */
  @Override
  public void close() {
    closed = true;
    connectedAs = NOT_CONNECTED;
    renewal.shutdownNow();
    synchronized (monitor) {
      closeQuietly(handle);
    }
  }

  ZooKeeper handle() {
    return handle;
  }

  /** For every znode that is created. */
  List<ACL> acl() {
    return access.acl();
  }

  private void onEvent(WatchedEvent event) {
    if (event.getType() != EventType.None || closed) {
      return;
    }
    switch (event.getState()) {
      case SyncConnected -> {
        long sessionId;
        // The constructor of the handle has returned once the monitor is free.
        synchronized (monitor) {
          sessionId = handle.getSessionId();
        }
        connectedAs = sessionId;
        firstConnection.countDown();
        publish(new SessionEvent.Connected(sessionId));
      }
      case Disconnected -> {
        connectedAs = NOT_CONNECTED;
        publish(new SessionEvent.Disconnected());
      }
      case Expired -> {
        connectedAs = NOT_CONNECTED;
        publish(new SessionEvent.Expired());
        renewAfter(FIRST_RETRY_MILLIS, FIRST_RETRY_MILLIS);
      }
      case AuthFailed -> {
        // The handle is of no use any more; what is wrong may be put right at the servers.
        LOG.log(System.Logger.Level.ERROR, "ZooKeeper refuses these credentials: {0}", access);
        connectedAs = NOT_CONNECTED;
        refused = true;
        firstConnection.countDown();
        publish(new SessionEvent.Disconnected());
        renewAfter(LAST_RETRY_MILLIS, LAST_RETRY_MILLIS);
      }
      case SaslAuthenticated -> LOG.log(System.Logger.Level.DEBUG, "authenticated: {0}", access);
      default -> LOG.log(System.Logger.Level.WARNING, "ZooKeeper session: {0}", event.getState());
    }
  }

  private void publish(SessionEvent event) {
    listeners.forEach(listener -> listener.accept(event));
  }

  private void renewAfter(long delayMillis, long nextDelayMillis) {
    try {
      var unused =
          renewal.schedule(() -> renew(nextDelayMillis), delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Only close() ends the executor, and then nobody needs another session.
      LOG.log(System.Logger.Level.DEBUG, "closed while the session expired", e);
    }
  }

  private void renew(long delayMillis) {
    synchronized (monitor) {
      if (closed) {
        return;
      }
      try {
        ZooKeeper expired = handle;
        handle = newHandle();
        closeQuietly(expired);
      } catch (IOException | RuntimeException e) {
        LOG.log(
            System.Logger.Level.WARNING, "cannot make a new ZooKeeper session; trying again", e);
        renewAfter(delayMillis, Math.min(2 * delayMillis, LAST_RETRY_MILLIS));
      }
    }
  }

  private static void closeQuietly(ZooKeeper handle) {
    try {
      handle.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

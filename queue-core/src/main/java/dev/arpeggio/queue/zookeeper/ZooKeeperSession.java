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
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;
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

  private final String connectString;
  private final int sessionTimeoutMillis;
  private final CountDownLatch firstConnection = new CountDownLatch(1);
  // Makes new handles: ZooKeeper's event thread may not, as it would wait for itself.
  private final ScheduledExecutorService renewal;
  private final List<Consumer<SessionEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Object monitor = new Object();
  private volatile ZooKeeper handle;
  private volatile boolean connected;
  private volatile boolean closed;

  /** What happened to the session. */
  sealed interface SessionEvent {
    record Connected(long sessionId) implements SessionEvent {}

    record Disconnected() implements SessionEvent {}

    record Expired() implements SessionEvent {}
  }

  private ZooKeeperSession(String connectString, int sessionTimeoutMillis) throws IOException {
    this.connectString = connectString;
    this.sessionTimeoutMillis = sessionTimeoutMillis;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var created = new Thread(task, "zookeeper-session-renewal");
              created.setDaemon(true);
              return created;
            });
    synchronized (monitor) {
      this.handle = new ZooKeeper(connectString, sessionTimeoutMillis, this::onEvent);
    }
  }

  /**
   * Connects, and waits for it.
   *
   * @param connectString host:port pairs and an optional chroot, which is created if it does not
   *     exist
   * @param sessionTimeout as proposed to the server
   * @throws QueueException with STORE_UNAVAILABLE if no server answers within {@code
   *     connectTimeout}, with INVALID_ARGUMENT if the connect string is malformed
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static ZooKeeperSession connect(
      String connectString, Duration sessionTimeout, Duration connectTimeout)
      throws QueueException, InterruptedException {
    long deadline = System.nanoTime() + connectTimeout.toNanos();
    int timeoutMillis = Math.toIntExact(sessionTimeout.toMillis());
    try {
      createChroot(connectString, timeoutMillis, deadline);
      var session = new ZooKeeperSession(connectString, timeoutMillis);
      if (!session.firstConnection.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        session.close();
        throw unreachable(connectString, null);
      }
      return session;
    } catch (IllegalArgumentException e) {
      throw QueueException.invalidArgument("zookeeper", "not a connect string: " + connectString);
    } catch (IOException e) {
      throw unreachable(connectString, e);
    }
  }

  private static QueueException unreachable(String connectString, @Nullable Throwable cause) {
    return QueueException.storeUnavailable(
        "no ZooKeeper server answers at " + connectString, cause);
  }

  private static void createChroot(String connectString, int timeoutMillis, long deadline)
      throws QueueException, IOException, InterruptedException {
    int slash = connectString.indexOf('/');
    if (slash < 0 || slash == connectString.length() - 1) {
      return;
    }
    String servers = connectString.substring(0, slash);
    String chroot = connectString.substring(slash);
    PathUtils.validatePath(chroot);
    var connection = new CountDownLatch(1);
    var bootstrap =
        new ZooKeeper(
            servers,
            timeoutMillis,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connection.countDown();
              }
            });
    try {
      for (int end = chroot.indexOf('/', 1); ; end = chroot.indexOf('/', end + 1)) {
        String path = end < 0 ? chroot : chroot.substring(0, end);
        if (!connection.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw unreachable(connectString, null);
        }
        createIfAbsent(bootstrap, path, connectString, deadline);
        if (end < 0) {
          return;
        }
      }
    } finally {
      bootstrap.close();
    }
  }

  private static void createIfAbsent(
      ZooKeeper bootstrap, String path, String connectString, long deadline)
      throws QueueException, InterruptedException {
    while (true) {
      try {
        bootstrap.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        return;
      } catch (KeeperException.NodeExistsException e) {
        return;
      } catch (KeeperException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw unreachable(connectString, e);
        }
        TimeUnit.MILLISECONDS.sleep(FIRST_RETRY_MILLIS);
      }
    }
  }

  /** The port for what runs on {@code loop}. */
  public ZooKeeperPort on(EventLoop loop) {
    var port = new LoopPort(this, loop);
    listeners.add(port::onSessionEvent);
    return port;
  }

  public boolean isConnected() {
    return connected;
  }

  /** Ends the session. Operations that come later fail as if it had expired. */
  @Override
  public void close() {
    closed = true;
    renewal.shutdownNow();
    synchronized (monitor) {
      closeQuietly(handle);
    }
  }

  ZooKeeper handle() {
    return handle;
  }

  private void onEvent(WatchedEvent event) {
    if (event.getType() != EventType.None || closed) {
      return;
    }
    switch (event.getState()) {
      case SyncConnected -> {
        connected = true;
        firstConnection.countDown();
        long sessionId;
        // The constructor of the handle has returned once the monitor is free.
        synchronized (monitor) {
          sessionId = handle.getSessionId();
        }
        publish(new SessionEvent.Connected(sessionId));
      }
      case Disconnected -> {
        connected = false;
        publish(new SessionEvent.Disconnected());
      }
      case Expired -> {
        connected = false;
        publish(new SessionEvent.Expired());
        renewAfter(FIRST_RETRY_MILLIS, FIRST_RETRY_MILLIS);
      }
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
        handle = new ZooKeeper(connectString, sessionTimeoutMillis, this::onEvent);
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

package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.ZooKeeperPort;
import java.time.Duration;

/** A ZooKeeper client that outlives its sessions. Safe for use by several threads. */
public final class ZooKeeperSession implements AutoCloseable {
  private ZooKeeperSession() {}

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
    return dev.arpeggio.queue.Skeleton.missing();
  }

  /** The port for what runs on {@code loop}. */
  public ZooKeeperPort on(EventLoop loop) {
    return dev.arpeggio.queue.Skeleton.missing();
  }

  public boolean isConnected() {
    return dev.arpeggio.queue.Skeleton.missing();
  }

  /** Ends the session. */
  @Override
  public void close() {
    dev.arpeggio.queue.Skeleton.missing();
  }
}

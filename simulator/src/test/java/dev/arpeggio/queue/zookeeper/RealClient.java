package dev.arpeggio.queue.zookeeper;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;

/** What the port does not show of a real client. */
public final class RealClient {
  private RealClient() {}

  /** The client of the current session. */
  public static ZooKeeper handle(ZooKeeperSession session) {
    return session.handle();
  }

  /** Ends the session at the server, so that its client finds it expired. */
  public static void expire(ZooKeeperSession session, String connectString, Duration timeout)
      throws Exception {
    ZooKeeper victim = session.handle();
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper killer =
        new ZooKeeper(
            connectString,
            (int) timeout.toMillis(),
            event -> connected.countDown(),
            victim.getSessionId(),
            victim.getSessionPasswd());
    if (!connected.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("cannot connect to end the session");
    }
    killer.close();
  }
}

package dev.arpeggio.queue.zookeeper;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;

/** Does to sessions what only a network or a server can do. */
public final class Sessions {
  private Sessions() {}

  /**
   * Ends the session at the server, behind the client's back, so that the client finds it expired.
   */
  public static void expire(ZooKeeperSession session, String connectString, Duration timeout)
      throws Exception {
    ZooKeeper victim = session.handle();
    var connected = new CountDownLatch(1);
    var killer =
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

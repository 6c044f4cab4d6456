package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a ring to become whole. */
public final class RingWait {
  private static final long POLL_MILLIS = 50;

  private RingWait() {}

  /**
   * Asks again and again until the ring has that many nodes and every pointer is right.
   *
   * @throws Failure with {@link ExitCode#UNAVAILABLE} if it does not come to that in time
   * @throws ArpeggioException for an error that waiting does not mend, and when the thread is
   *     interrupted
   */
  public static RingInfo untilIdeal(Admin admin, int nodes, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    String state = "no node was asked";
    while (System.nanoTime() - deadline < 0) {
      try {
        RingInfo ring = admin.describeRing();
        if (ring.ideal() && ring.positions().size() == nodes) {
          return ring;
        }
        state =
            "it has %d nodes%s"
                .formatted(
                    ring.positions().size(),
                    ring.problems().isEmpty() ? "" : ": " + ring.problems().get(0));
      } catch (ArpeggioException e) {
        if (!e.isRetryable() || e.reason() == Reason.INTERRUPTED) {
          throw e;
        }
        state = String.valueOf(e.getMessage());
      }
      pause();
    }
    throw new Failure(
        ExitCode.UNAVAILABLE,
        "the ring is not whole with "
            + nodes
            + " nodes after "
            + patience.toSeconds()
            + " s: "
            + state,
        "look at the logs of the nodes, or wait longer");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArpeggioException(Reason.INTERRUPTED, "interrupted while waiting for the ring");
    }
  }
}

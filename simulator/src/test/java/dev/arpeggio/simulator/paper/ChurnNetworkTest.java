package dev.arpeggio.simulator.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.VirtualLoop;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a network with exponential delays does to calls, and to whose account it puts them. */
final class ChurnNetworkTest {
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final RingRequest PING =
      new RingRequest(ChordConfig.lan().handshake(IdSpace.DEFAULT), new RingQuery.Ping());

  private final VirtualTime time = new VirtualTime();
  private final ChurnNetwork network =
      new ChurnNetwork(time, new SplittableRandom(1), Duration.ofMillis(50));
  private final RingTransport caller = network.station("sim://a", new VirtualLoop(time, 0));
  private final RingTransport callee = network.station("sim://b", new VirtualLoop(time, 1));
  private int succeeded;
  private int failed;
  private int charged;

  @Test
  void roundTripsTakeTwiceTheMeanAndNowAndThenTooLong() {
    callee.serve(request -> new RingResponse.Accepted());
    double seconds = 0;
    for (int i = 0; i < 40_000; i++) {
      long before = time.nowNanos();
      int ended = succeeded + failed;
      caller.call("sim://b", PING, TIMEOUT, counting(() -> {}));
      while (succeeded + failed == ended) {
        time.runUntil(time.nowNanos() + 1_000_000);
      }
      seconds += (time.nowNanos() - before) / 1e9;
    }
    double mean = seconds / 40_000;
    assertTrue(mean > 0.098 && mean < 0.102, "a mean of " + mean + " s");
    // A sum of two such times exceeds ten means with a probability of 11 e^-10: 20 of 40,000.
    assertTrue(failed > 5 && failed < 40, failed + " of 40,000 timed out");
  }

  @Test
  void whoHasLeftIsSilentUntilTheTimeout() {
    callee.close();
    caller.call("sim://b", PING, TIMEOUT, counting(() -> {}));
    time.runUntil(TIMEOUT.toNanos() - 1);
    assertEquals(0, failed);
    time.runUntil(TIMEOUT.toNanos());
    assertEquals(1, failed);
  }

  @Test
  void aRefusalIsAFailure() {
    callee.serve(request -> new RingResponse.Refused(RefusalReason.NOT_MEMBER, "left"));
    network.inCourseOf(
        () -> charged++, () -> caller.call("sim://b", PING, TIMEOUT, counting(() -> {})));
    time.runUntil(TIMEOUT.toNanos());
    assertEquals(1, failed);
    assertEquals(1, charged);
  }

  @Test
  void failuresAreChargedToTheCourseTheyHappenIn() {
    Runnable callNobody = () -> caller.call("sim://gone", PING, TIMEOUT, counting(() -> {}));
    callee.serve(request -> new RingResponse.Accepted());
    network.inCourseOf(
        () -> charged++,
        () -> caller.call("sim://b", PING, TIMEOUT.multipliedBy(9), counting(callNobody)));
    callNobody.run();
    time.runUntil(TIMEOUT.multipliedBy(20).toNanos());
    assertEquals(1, succeeded);
    assertEquals(2, failed);
    assertEquals(1, charged);
  }

  private ResponseCallback counting(Runnable next) {
    return new ResponseCallback() {
      @Override
      public void succeeded(RingResponse response) {
        succeeded++;
        next.run();
      }

      @Override
      public void failed(CallFailure failure) {
        failed++;
        next.run();
      }
    };
  }
}

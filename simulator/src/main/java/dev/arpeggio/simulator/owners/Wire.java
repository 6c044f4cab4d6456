package dev.arpeggio.simulator.owners;

import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.util.SplittableRandom;

/** One direction of a stream between a client and a node: in order, and as fast as a network is. */
final class Wire {
  private static final long LATENCY_NANOS = 2_000_000;

  private final VirtualTime time;
  private final SplittableRandom random;
  private final int node;
  private long lastArrival;
  private boolean closed;

  Wire(VirtualTime time, SplittableRandom random, int node) {
    this.time = time;
    this.random = random;
    this.node = node;
  }

  void send(EventKind kind, Runnable arrival) {
    lastArrival =
        Math.max(lastArrival, time.nowNanos() + random.nextLong(LATENCY_NANOS / 10, LATENCY_NANOS));
    time.schedule(
        lastArrival - time.nowNanos(),
        kind,
        node,
        0,
        () -> {
          if (!closed) {
            arrival.run();
          }
        });
  }

  /** What is on its way is lost. */
  void close() {
    closed = true;
  }
}

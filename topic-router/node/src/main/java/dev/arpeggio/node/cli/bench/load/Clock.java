package dev.arpeggio.node.cli.bench.load;

import java.time.Duration;
import java.util.Optional;

/**
 * How long processors have worked, for this process and for the node of its own, since this was
 * made: on a busy machine a steadier measure than rates. In steps of the system, often 10 ms. For
 * one thread.
 */
final class Clock {
  private static final double NANOS_PER_MICRO = 1e3;

  private final Rig rig;
  private final Optional<Duration> node;
  private final Optional<Duration> self;

  Clock(Rig rig) {
    this.rig = rig;
    this.node = rig.nodeWork();
    this.self = ownWork();
  }

  private static Optional<Duration> ownWork() {
    return ProcessHandle.current().info().totalCpuDuration();
  }

  /** Adds the work for each of so many messages since then. */
  void report(Bench.Round into, String what, long messages) {
    add(into, what + ", processors of the node", node, rig.nodeWork(), messages);
    add(into, what + ", processors of the client", self, ownWork(), messages);
  }

  private static void add(
      Bench.Round into,
      String name,
      Optional<Duration> before,
      Optional<Duration> after,
      long messages) {
    if (before.isPresent() && after.isPresent()) {
      double nanos = after.get().minus(before.get()).toNanos();
      into.report().figure(name, "µs/message").add(nanos / messages / NANOS_PER_MICRO);
    }
  }
}

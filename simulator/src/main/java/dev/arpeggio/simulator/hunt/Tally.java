package dev.arpeggio.simulator.hunt;

import java.util.EnumMap;
import java.util.Map;

/** How often each fault really happened. */
final class Tally {
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

  void fired(Fault fault) {
    counts.merge(fault, 1L, Long::sum);
  }

  void add(Tally other) {
    other.counts.forEach((fault, count) -> counts.merge(fault, count, Long::sum));
  }

  long of(Fault fault) {
    return counts.getOrDefault(fault, 0L);
  }
}

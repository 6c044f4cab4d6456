package dev.arpeggio.simulator.owners;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How often each fault really happened, and how much was done meanwhile. */
final class Tally {
  private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
  private long published;
  private long confirmed;
  private long delivered;
  private long acknowledged;
  private long moved;
  private long takeovers;

  void fired(Fault fault) {
    fired(fault, 1);
  }

  void fired(Fault fault, long times) {
    faults.merge(fault, times, Long::sum);
  }

  void published(int messages) {
    published += messages;
  }

  void confirmed(int messages) {
    confirmed += messages;
  }

  void delivered(int messages) {
    delivered += messages;
  }

  void acknowledged(long messages) {
    acknowledged += messages;
  }

  void moved() {
    moved++;
  }

  void takenOver() {
    takeovers++;
  }

  void add(Tally other) {
    other.faults.forEach(this::fired);
    published += other.published;
    confirmed += other.confirmed;
    delivered += other.delivered;
    acknowledged += other.acknowledged;
    moved += other.moved;
    takeovers += other.takeovers;
  }

  long of(Fault fault) {
    return faults.getOrDefault(fault, 0L);
  }

  /** Faults that never happened. */
  Set<Fault> missing() {
    Set<Fault> missing = EnumSet.allOf(Fault.class);
    missing.removeIf(fault -> of(fault) > 0);
    return missing;
  }

  /** In messages, but for the takeovers. */
  String operations() {
    return published
        + " published, "
        + confirmed
        + " confirmed, "
        + delivered
        + " delivered, "
        + acknowledged
        + " acknowledged, "
        + moved
        + " moved; "
        + takeovers
        + " takeovers";
  }
}

package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Sample;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * In which order one opening of the partition delivers messages to one subscription for the first
 * time: by offset, within each lane that may go ahead of others.
 */
final class TurnCheck {
  private final String subscription;
  private final boolean byKey;
  private final Set<Long> delivered = new LinkedHashSet<>();
  private final Map<Integer, Long> newest = new TreeMap<>();

  /**
   * @param byKey whether there is no order among messages of different keys
   */
  TurnCheck(String subscription, boolean byKey) {
    this.subscription = subscription;
    this.byKey = byKey;
  }

  void delivered(long offset, Sample sample) {
    if (!delivered.add(offset)) {
      return;
    }
    Long before = newest.put(byKey ? sample.key() : 0, offset);
    if (before != null && offset < before) {
      throw new Breach(
          Rule.DELIVERED_IN_ORDER,
          offset + " of " + subscription + " is delivered for the first time after " + before);
    }
  }
}

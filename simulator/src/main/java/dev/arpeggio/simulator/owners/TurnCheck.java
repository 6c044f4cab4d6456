package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Sample;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In which order one opening of the partition delivers messages to one subscription for the first
 * time: by offset, within each lane that may go ahead of others; and by priority, as far as the
 * owner knows of a higher one for certain, because it has stored it itself.
 */
final class TurnCheck {
  private final String subscription;
  private final boolean byKey;
  private final Set<Long> delivered = new LinkedHashSet<>();
  private final Map<Lane, Long> newest = new TreeMap<>();
  private final TreeMap<Integer, TreeSet<Long>> ready = new TreeMap<>();

  private record Lane(int key, int priority) implements Comparable<Lane> {
    @Override
    public int compareTo(Lane other) {
      return key == other.key
          ? Integer.compare(priority, other.priority)
          : Integer.compare(key, other.key);
    }
  }

  /**
   * @param byKey whether there is no order among messages of different keys
   */
  TurnCheck(String subscription, boolean byKey) {
    this.subscription = subscription;
    this.byKey = byKey;
  }

  /** The opening has confirmed this message, and may deliver it from now on. */
  void confirmed(long offset, Sample sample) {
    if (!byKey && sample.delayMillis() == 0 && !delivered.contains(offset)) {
      ready.computeIfAbsent(sample.priority(), priority -> new TreeSet<>()).add(offset);
    }
  }

  /** The message is not to be delivered any more. */
  void withdrawn(long offset, Sample sample) {
    TreeSet<Long> lane = ready.get(sample.priority());
    if (lane != null && lane.remove(offset) && lane.isEmpty()) {
      ready.remove(sample.priority());
    }
  }

  void delivered(long offset, Sample sample) {
    withdrawn(offset, sample);
    Map.Entry<Integer, TreeSet<Long>> highest = ready.lastEntry();
    if (highest != null && highest.getKey() > sample.priority()) {
      throw new Breach(
          Rule.HIGHER_FIRST,
          offset
              + " of "
              + subscription
              + " with priority "
              + sample.priority()
              + " is delivered before "
              + highest.getValue().first()
              + " with priority "
              + highest.getKey());
    }
    // What was delayed goes to its place late.
    if (!delivered.add(offset) || sample.delayMillis() > 0) {
      return;
    }
    Long before = newest.put(new Lane(byKey ? sample.key() : 0, sample.priority()), offset);
    if (before != null && offset < before) {
      throw new Breach(
          Rule.DELIVERED_IN_ORDER,
          offset + " of " + subscription + " is delivered for the first time after " + before);
    }
  }
}

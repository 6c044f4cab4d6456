package dev.arpeggio.simulator.owners;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was moved to the topic of dead letters, and whether that was right. */
final class MoveCheck {
  private final int maxDeliveries;
  private final Map<Letter, Integer> deliveries = new TreeMap<>();
  private final Set<Letter> rejected = new LinkedHashSet<>();
  private final Set<Letter> arrived = new LinkedHashSet<>();

  /** A message of a subscription. */
  private record Letter(String subscription, long offset) implements Comparable<Letter> {
    @Override
    public int compareTo(Letter other) {
      int order = subscription.compareTo(other.subscription);
      return order == 0 ? Long.compare(offset, other.offset) : order;
    }
  }

  /**
   * @param maxDeliveries 0: as often as it takes
   */
  MoveCheck(int maxDeliveries) {
    this.maxDeliveries = maxDeliveries;
  }

  void delivered(String subscription, long offset) {
    deliveries.merge(new Letter(subscription, offset), 1, Integer::sum);
  }

  /** A consumer gives a message up for good; whether that arrives is another matter. */
  void rejecting(String subscription, long offset) {
    rejected.add(new Letter(subscription, offset));
  }

  /** The topic of dead letters has stored a message. */
  void arrived(String subscription, long offset) {
    Letter letter = new Letter(subscription, offset);
    if (!mayGo(letter)) {
      throw new Breach(
          Rule.MOVED_WITH_REASON,
          offset
              + " of "
              + subscription
              + " is moved after "
              + deliveries.getOrDefault(letter, 0)
              + " deliveries");
    }
    if (!arrived.add(letter)) {
      throw new Breach(Rule.MOVED_ONCE, offset + " of " + subscription + " is moved twice");
    }
  }

  private boolean mayGo(Letter letter) {
    return rejected.contains(letter)
        || (maxDeliveries > 0 && deliveries.getOrDefault(letter, 0) >= maxDeliveries);
  }

  /** Whether a message may be on its way: then it is not delivered again. */
  boolean mayGo(String subscription, long offset) {
    return mayGo(new Letter(subscription, offset));
  }

  boolean hasArrived(String subscription, long offset) {
    return arrived.contains(new Letter(subscription, offset));
  }
}

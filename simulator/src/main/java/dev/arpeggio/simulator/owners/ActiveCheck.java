package dev.arpeggio.simulator.owners;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who of an opening's consumers of one subscription is served, where it is to be one: whoever came
 * first and has not gone.
 */
final class ActiveCheck {
  private final String subscription;
  private final boolean exclusive;
  private final Set<Long> attached = new LinkedHashSet<>();

  /**
   * @param exclusive nobody may even wait
   */
  ActiveCheck(String subscription, boolean exclusive) {
    this.subscription = subscription;
    this.exclusive = exclusive;
  }

  void attached(long consumer) {
    if (exclusive && !attached.isEmpty()) {
      throw new Breach(
          Rule.ONE_ACTIVE,
          "consumer " + consumer + " of " + subscription + " is let in beside " + attached);
    }
    attached.add(consumer);
  }

  void left(long consumer) {
    attached.remove(consumer);
  }

  void delivered(long consumer) {
    if (attached.isEmpty() || attached.iterator().next() != consumer) {
      throw new Breach(
          Rule.ONE_ACTIVE,
          "consumer " + consumer + " of " + subscription + " gets messages, of " + attached);
    }
  }
}

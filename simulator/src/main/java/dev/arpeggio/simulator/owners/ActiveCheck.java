package dev.arpeggio.simulator.owners;

import java.util.TreeSet;

/**
 * Who of an opening's consumers of one subscription is served, where it is to be one: whoever was
 * made first, as its number says, of those that have not gone.
 */
final class ActiveCheck {
  private final String subscription;
  private final boolean exclusive;
  private final TreeSet<Long> attached = new TreeSet<>();

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
    if (attached.isEmpty() || attached.first() != consumer) {
      throw new Breach(
          Rule.ONE_ACTIVE,
          "consumer " + consumer + " of " + subscription + " gets messages, of " + attached);
    }
  }
}

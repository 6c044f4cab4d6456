package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.SubscriptionKind;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What a topic and its subscriptions are asked for in a run. A part of the runs asks for nothing of
 * it, and each of the others for some, so that they meet in all combinations.
 *
 * @param kinds of each subscription
 * @param keys how many there are; 0: no message has one
 */
record Features(Map<String, SubscriptionKind> kinds, int keys, boolean compressed) {
  static Features draw(SplittableRandom random, List<String> subscriptions) {
    boolean plain = random.nextInt(4) == 0;
    Map<String, SubscriptionKind> kinds = new TreeMap<>();
    for (String subscription : subscriptions) {
      SubscriptionKind kind =
          switch (random.nextInt(8)) {
            case 0 -> SubscriptionKind.EXCLUSIVE;
            case 1, 2 -> SubscriptionKind.FAILOVER;
            case 3, 4, 5 -> SubscriptionKind.KEY_SHARED;
            default -> SubscriptionKind.SHARED;
          };
      kinds.put(subscription, plain ? SubscriptionKind.SHARED : kind);
    }
    int keys = plain ? 0 : random.nextInt(7);
    return new Features(kinds, keys, !plain && random.nextInt(4) == 0);
  }

  SubscriptionKind kind(String subscription) {
    SubscriptionKind kind = kinds.get(subscription);
    if (kind == null) {
      throw new IllegalStateException("no subscription " + subscription);
    }
    return kind;
  }

  /** A message that asks for some of it. */
  Sample sample(SplittableRandom random, String id, String padding) {
    int key = keys == 0 ? 0 : random.nextInt(keys + 1);
    return new Sample(id, key, 0, 0, 0, padding);
  }
}

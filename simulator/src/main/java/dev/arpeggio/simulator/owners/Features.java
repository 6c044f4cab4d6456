package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.SubscriptionKind;
import dev.arpeggio.queue.TopicConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What a topic and its subscriptions are asked for in a run. A part of the runs asks for nothing of
 * it, and each of the others for some, so that they meet in all combinations.
 *
 * @param kinds of each subscription
 * @param topic without what a run has anyway
 * @param keys how many there are; 0: no message has one
 * @param longestDelay zero: no message is delayed
 * @param longestLife of messages that say it themselves; zero: none does
 */
record Features(
    Map<String, SubscriptionKind> kinds,
    TopicConfig topic,
    int keys,
    Duration longestDelay,
    Duration longestLife) {
  static Features draw(SplittableRandom random, List<String> subscriptions) {
    Map<String, SubscriptionKind> kinds = new TreeMap<>();
    if (random.nextInt(4) == 0) {
      subscriptions.forEach(name -> kinds.put(name, SubscriptionKind.SHARED));
      TopicConfig plain = TopicConfig.builder().highestPriority(0).build();
      return new Features(kinds, plain, 0, Duration.ZERO, Duration.ZERO);
    }
    subscriptions.forEach(name -> kinds.put(name, kind(random)));
    TopicConfig.Builder topic =
        TopicConfig.builder()
            .compressed(random.nextInt(4) == 0)
            .highestPriority(random.nextInt(3) == 0 ? random.nextInt(1, 4) : 0)
            .expireAfter(sometimes(random, 2_000, 20_000));
    switch (random.nextInt(6)) {
      case 0 -> topic.retain(Duration.ofMillis(random.nextInt(1_000, 20_000)));
      case 1 -> topic.keepLastPerKey(random.nextInt(2, 5));
      default -> {}
    }
    // Otherwise, messages come back as often as they have to.
    topic.maxDeliveries(random.nextInt(3) == 0 ? random.nextInt(2, 6) : 0);
    return new Features(
        kinds,
        topic.build(),
        random.nextInt(7),
        sometimes(random, 100, 5_000),
        sometimes(random, 1_000, 10_000));
  }

  private static SubscriptionKind kind(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> SubscriptionKind.EXCLUSIVE;
      case 1, 2 -> SubscriptionKind.FAILOVER;
      case 3, 4, 5 -> SubscriptionKind.KEY_SHARED;
      default -> SubscriptionKind.SHARED;
    };
  }

  private static Duration sometimes(SplittableRandom random, int leastMillis, int mostMillis) {
    int millis = random.nextInt(leastMillis, mostMillis);
    return random.nextInt(4) == 0 ? Duration.ofMillis(millis) : Duration.ZERO;
  }

  /** Whether consumers give messages up. */
  boolean hasDeadLetters() {
    return topic.redelivery().maxDeliveries() > 0;
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
    return new Sample(
        id,
        keys == 0 ? 0 : random.nextInt(keys + 1),
        random.nextInt(topic.highestPriority() + 1),
        upTo(random, longestDelay),
        upTo(random, longestLife),
        padding);
  }

  // Of four messages, three do not ask for it.
  private static long upTo(SplittableRandom random, Duration longest) {
    long most = longest.toMillis();
    return most == 0 || random.nextInt(4) > 0 ? 0 : random.nextLong(1, most + 1);
  }
}

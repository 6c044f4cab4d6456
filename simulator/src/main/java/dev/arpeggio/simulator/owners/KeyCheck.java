package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.Sample;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * With whom the keys of one key_shared subscription are, as one opening of the partition has
 * delivered their messages.
 */
final class KeyCheck {
  private final String subscription;
  private final LongPredicate isGone;
  private final LongPredicate needsNobody;
  private final Map<Integer, TreeMap<Long, Held>> keys = new TreeMap<>();

  /** A message that was delivered, and is not acknowledged. */
  private record Held(int priority, long consumer, long untilNanos, boolean returned) {
    boolean isOut(long nowNanos) {
      return !returned && nowNanos < untilNanos;
    }

    Held back() {
      return new Held(priority, consumer, untilNanos, true);
    }
  }

  /**
   * @param isGone whether the log has a message no more
   * @param needsNobody whether a message that came back will not be delivered again
   */
  KeyCheck(String subscription, LongPredicate isGone, LongPredicate needsNobody) {
    this.subscription = subscription;
    this.isGone = isGone;
    this.needsNobody = needsNobody;
  }

  void delivered(long offset, Sample sample, long consumer, long nowNanos, long untilNanos) {
    if (sample.key() == 0) {
      return;
    }
    TreeMap<Long, Held> ofKey = keys.computeIfAbsent(sample.key(), key -> new TreeMap<>());
    ofKey.remove(offset);
    // What newer messages of the key have superseded is gone, whoever holds it.
    ofKey.keySet().removeIf(isGone::test);
    ofKey.forEach(
        (other, held) -> {
          if (held.isOut(nowNanos) && held.consumer() != consumer) {
            throw new Breach(
                Rule.KEY_WITH_ONE,
                describe(offset, sample, consumer)
                    + ", and "
                    + other
                    + " is with consumer "
                    + held.consumer());
          }
          if (held.returned()
              && held.priority() == sample.priority()
              && other < offset
              && !needsNobody.test(other)) {
            throw new Breach(
                Rule.KEY_IN_ORDER,
                describe(offset, sample, consumer) + " before " + other + ", which came back");
          }
        });
    ofKey.put(offset, new Held(sample.priority(), consumer, untilNanos, false));
  }

  private String describe(long offset, Sample sample, long consumer) {
    return offset
        + " of key "
        + sample.key()
        + " of "
        + subscription
        + " goes to consumer "
        + consumer;
  }

  /** These come back no more, whoever holds them. */
  void acknowledged(OffsetRange range) {
    keys.values().forEach(held -> held.subMap(range.first(), range.end()).clear());
  }

  /** The consumer gives these back, as far as it holds them. */
  void released(OffsetRange range, long consumer) {
    keys.values()
        .forEach(
            held ->
                held.subMap(range.first(), range.end())
                    .replaceAll((offset, of) -> of.consumer() == consumer ? of.back() : of));
  }

  /** The consumer is gone, and all that it holds comes back. */
  void gone(long consumer) {
    keys.values()
        .forEach(
            held -> held.replaceAll((offset, of) -> of.consumer() == consumer ? of.back() : of));
  }
}

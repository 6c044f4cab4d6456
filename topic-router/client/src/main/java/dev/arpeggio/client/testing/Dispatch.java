package dev.arpeggio.client.testing;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** To whom a subscription's messages go, by its kind. Guarded by the broker's monitor. */
final class Dispatch {
  private static final Comparator<ByteString> BY_BYTES =
      ByteString.unsignedLexicographicalComparator();

  private final SubscriptionKind kind;
  private final int partition;
  private @Nullable AttachedConsumer served;

  Dispatch(SubscriptionKind kind, int partition) {
    this.kind = kind;
    this.partition = partition;
  }

  /** Takes what can be delivered to whom, and remembers what it has decided. */
  interface Hand {
    void over(HeldMessage message, AttachedConsumer to);
  }

  /**
   * Delivers what can be delivered.
   *
   * @param ready what can be, in order
   * @param open everything that is not acknowledged
   */
  void serve(
      List<AttachedConsumer> consumers,
      List<HeldMessage> ready,
      Collection<HeldMessage> open,
      long now,
      Hand hand) {
    if (kind == SubscriptionKind.KEY_SHARED) {
      serveByKey(consumers, ready, open, now, hand);
      return;
    }
    for (HeldMessage message : ready) {
      AttachedConsumer taker =
          kind == SubscriptionKind.SHARED ? leastLoaded(consumers) : inCharge(consumers);
      if (taker == null || !taker.canTake()) {
        return;
      }
      served = taker;
      hand.over(message, taker);
    }
  }

  private static @Nullable AttachedConsumer leastLoaded(List<AttachedConsumer> consumers) {
    AttachedConsumer least = null;
    for (AttachedConsumer consumer : consumers) {
      if (consumer.canTake() && (least == null || consumer.isLessLoadedThan(least))) {
        least = consumer;
      }
    }
    return least;
  }

  // Partitions are spread over the consumers; nobody takes over before the former holds nothing.
  private @Nullable AttachedConsumer inCharge(List<AttachedConsumer> consumers) {
    AttachedConsumer former = served;
    List<AttachedConsumer> inOrder =
        consumers.stream().sorted(Comparator.comparing(AttachedConsumer::id, BY_BYTES)).toList();
    AttachedConsumer next = inOrder.isEmpty() ? null : inOrder.get(partition % inOrder.size());
    boolean waits =
        former != null && former != next && consumers.contains(former) && former.holdsSomething();
    return waits ? null : next;
  }

  private static void serveByKey(
      List<AttachedConsumer> consumers,
      List<HeldMessage> ready,
      Collection<HeldMessage> open,
      long now,
      Hand hand) {
    Map<ByteString, AttachedConsumer> holders = new LinkedHashMap<>();
    Map<ByteString, HeldMessage> comingBack = new LinkedHashMap<>();
    for (HeldMessage message : open) {
      AttachedConsumer holder = message.holder();
      if (holder != null) {
        holders.put(message.key(), holder);
      } else if (message.isOnItsWayBack(now)) {
        comingBack.merge(
            message.key(), message, (a, b) -> HeldMessage.IN_ORDER.compare(a, b) <= 0 ? a : b);
      }
    }
    Set<ByteString> blocked = new TreeSet<>(BY_BYTES);
    for (HeldMessage message : ready) {
      ByteString key = message.key();
      if (key.isEmpty()) {
        AttachedConsumer anyone = leastLoaded(consumers);
        if (anyone != null) {
          hand.over(message, anyone);
        }
        continue;
      }
      HeldMessage first = comingBack.get(key);
      AttachedConsumer taker = holders.getOrDefault(key, chosen(key, consumers));
      boolean passesBy = first != null && HeldMessage.IN_ORDER.compare(first, message) < 0;
      if (passesBy || blocked.contains(key) || taker == null || !taker.canTake()) {
        blocked.add(key);
      } else {
        holders.put(key, taker);
        hand.over(message, taker);
      }
    }
  }

  /** The consumer of a key that nobody has messages of. */
  private static @Nullable AttachedConsumer chosen(
      ByteString key, List<AttachedConsumer> consumers) {
    return consumers.stream()
        .max(Comparator.comparingInt(consumer -> weight(key.concat(consumer.id()))))
        .orElse(null);
  }

  private static int weight(ByteString bytes) {
    return Hashing.murmur3_32_fixed().hashBytes(bytes.toByteArray()).asInt();
  }
}

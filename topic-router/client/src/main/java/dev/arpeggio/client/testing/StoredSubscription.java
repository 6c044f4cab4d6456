package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.RedriveResponse;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import dev.arpeggio.protocol.v1.SubscriptionState;
import dev.arpeggio.protocol.v1.TopicConfig;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of one partition: what it has not acknowledged, and who gets it. Guarded by the
 * broker's monitor.
 */
final class StoredSubscription {
  private static final String EXPIRED = "expired";
  private static final long WHEN_REFUSED_MILLIS = 60_000;

  private final StoredPartition partition;
  private final String name;
  private final SubscriptionKind kind;
  private final Dispatch dispatch;
  private final TreeMap<Long, HeldMessage> open = new TreeMap<>();
  private final TreeSet<HeldMessage> ready = new TreeSet<>(HeldMessage.IN_ORDER);
  private final List<AttachedConsumer> consumers = new ArrayList<>();
  private long deliveries;
  private long redelivered;
  private long moved;
  private boolean movesStuck;

  StoredSubscription(
      StoredPartition partition,
      String name,
      SubscriptionKind kind,
      Collection<StoredMessage> messages) {
    this.partition = partition;
    this.name = name;
    this.kind = kind;
    this.dispatch = new Dispatch(this.kind, partition.number());
    messages.forEach(this::add);
    timePassed();
  }

  // --- The log ---

  void add(StoredMessage message) {
    HeldMessage held = new HeldMessage(message);
    open.put(message.offset(), held);
    settle(held);
  }

  boolean wants(long offset) {
    return open.containsKey(offset);
  }

  void forget(long offset) {
    HeldMessage held = open.remove(offset);
    if (held != null) {
      held.takeBack();
      ready.remove(held);
    }
  }

  private void settle(HeldMessage held) {
    if (held.isDeliverable(partition.now())) {
      ready.add(held);
    } else {
      ready.remove(held);
    }
  }

  private List<HeldMessage> openIn(List<OffsetRange> ranges) {
    List<HeldMessage> found = new ArrayList<>();
    for (OffsetRange range : ranges) {
      long end = range.getFirst() + range.getCount();
      if (range.getFirst() < 0 || range.getCount() <= 0 || end < 0) {
        throw Refusals.invalid("ranges", "not a range of offsets");
      }
      found.addAll(open.subMap(range.getFirst(), end).values());
    }
    return found;
  }

  // --- Consumers ---

  SubscriptionKind kind() {
    return kind;
  }

  void attach(AttachedConsumer consumer, SubscriptionKind wanted) {
    if (wanted != SubscriptionKind.SUBSCRIPTION_KIND_UNSPECIFIED && wanted != kind) {
      throw Refusals.of(
          ErrorReason.INVALID_ARGUMENT,
          "kind: subscription " + name + " is " + kind + ", not " + wanted,
          Map.of("field", "kind", "kind", kind.name(), "requested", wanted.name()));
    }
    AttachedConsumer former =
        consumers.stream().filter(c -> c.id().equals(consumer.id())).findFirst().orElse(null);
    if (former != null) {
      former.call().end(Refusals.busy(name, "the consumer attached again"));
    } else if (kind == SubscriptionKind.EXCLUSIVE && !consumers.isEmpty()) {
      throw Refusals.busy(name, "it is exclusive, and has a consumer");
    }
    consumers.add(consumer);
  }

  /** The consumer is gone; what it holds comes back. */
  void detach(AttachedConsumer consumer) {
    if (consumers.remove(consumer)) {
      heldBy(consumer, List.copyOf(open.values())).forEach(held -> comeBack(held, null));
      pump();
    }
  }

  /** Forgets everything, and ends all streams. */
  void end(StatusRuntimeException why) {
    open.clear();
    ready.clear();
    endStreams(why);
  }

  /** What their consumers hold comes back. */
  void endStreams(StatusRuntimeException why) {
    List.copyOf(consumers).forEach(consumer -> consumer.call().end(why));
  }

  void acknowledge(List<OffsetRange> ranges) {
    openIn(ranges).forEach(held -> forget(held.offset()));
    partition.trim();
    pump();
  }

  void release(AttachedConsumer consumer, List<OffsetRange> ranges) {
    forEachHeld(
        consumer,
        ranges,
        held -> {
          held.takeBack();
          held.waitUntil(0);
          redelivered++;
          settle(held);
        });
  }

  /**
   * @param delayMillis null: as long as the topic's backoff says
   */
  void retry(AttachedConsumer consumer, List<OffsetRange> ranges, @Nullable Long delayMillis) {
    forEachHeld(consumer, ranges, held -> comeBack(held, delayMillis));
  }

  void reject(AttachedConsumer consumer, List<OffsetRange> ranges, String reason) {
    if (partition.topic().deadLetters().isEmpty()) {
      throw Refusals.invalid("topic", "has no topic for dead letters");
    }
    forEachHeld(
        consumer,
        ranges,
        held -> {
          held.takeBack();
          held.failed();
          bury(held, reason);
        });
  }

  void extend(AttachedConsumer consumer, List<OffsetRange> ranges, long millis) {
    forEachHeld(consumer, ranges, held -> held.extend(partition.now() + millis));
  }

  private void forEachHeld(
      AttachedConsumer consumer, List<OffsetRange> ranges, Consumer<HeldMessage> action) {
    heldBy(consumer, openIn(ranges)).forEach(action);
    partition.trim();
    pump();
  }

  private static List<HeldMessage> heldBy(AttachedConsumer consumer, List<HeldMessage> messages) {
    return messages.stream().filter(held -> held.holder() == consumer).toList();
  }

  /** Delivers what can be delivered. */
  void pump() {
    if (ready.isEmpty() || consumers.stream().noneMatch(AttachedConsumer::canTake)) {
      return;
    }
    long leaseUntil = partition.now() + partition.topic().config().getLeaseMs();
    dispatch.serve(
        consumers,
        List.copyOf(ready),
        open.values(),
        partition.now(),
        (message, taker) -> {
          ready.remove(message);
          message.lease(taker, leaseUntil);
          taker.hand(message, ++deliveries);
        });
    consumers.forEach(AttachedConsumer::deliver);
  }

  // --- What comes back, and what goes elsewhere ---

  private void comeBack(HeldMessage held, @Nullable Long delayMillis) {
    TopicConfig config = partition.topic().config();
    held.takeBack();
    held.failed();
    boolean isDead =
        config.getMaxDeliveries() > 0
            && held.failures() >= config.getMaxDeliveries()
            && !partition.topic().deadLetters().isEmpty();
    if (isDead) {
      bury(held, "delivered " + config.getMaxDeliveries() + " times");
    } else if (held.hasExpired(partition.now())) {
      expire(held);
    } else {
      redelivered++;
      long wait = delayMillis == null ? backoff(held.failures(), config) : delayMillis;
      held.waitUntil(partition.now() + wait);
      settle(held);
    }
  }

  // The wait doubles with each delivery that failed.
  private static long backoff(int failures, TopicConfig config) {
    long wait = config.getFirstBackoffMs();
    for (int i = 1; i < failures && wait > 0 && wait < config.getLastBackoffMs(); i++) {
      wait *= 2;
    }
    return Math.min(wait, config.getLastBackoffMs());
  }

  private void bury(HeldMessage held, String reason) {
    move(held, partition.topic().deadLetters(), reason);
  }

  private void expire(HeldMessage held) {
    String target = partition.topic().config().getMoveExpiredTo();
    if (target.isEmpty()) {
      forget(held.offset());
    } else {
      move(held, target, EXPIRED);
    }
  }

  private void move(HeldMessage held, String target, String reason) {
    Letters.Origin origin =
        new Letters.Origin(
            partition.topic().name(),
            partition.number(),
            held.offset(),
            name,
            held.failures(),
            reason,
            partition.now());
    ready.remove(held);
    try {
      StoredTopic to = partition.topic().broker().topicOrNew(target);
      to.partitions()
          .get(partition.number() % to.partitions().size())
          .append(
              ByteString.EMPTY, 0, List.of(Letters.moved(held.message().message(), origin, to)), 0);
      forget(held.offset());
      moved++;
      movesStuck = false;
    } catch (StatusRuntimeException refused) {
      movesStuck = true;
      held.waitUntil(partition.now() + WHEN_REFUSED_MILLIS);
      settle(held);
    }
  }

  /**
   * Moves messages to where they came from, or to a topic.
   *
   * @param target empty: where each came from
   */
  RedriveResponse redrive(long first, long end, String target) {
    RedriveResponse.Builder answer = RedriveResponse.newBuilder();
    for (HeldMessage held : List.copyOf(open.subMap(first, Math.max(first, end)).values())) {
      if (held.holder() != null) {
        answer.setSkipped(answer.getSkipped() + 1);
        continue;
      }
      String to = target.isEmpty() ? Letters.originTopic(held.message().message()) : target;
      if (to.isEmpty()) {
        answer.setSkipped(answer.getSkipped() + 1);
        continue;
      }
      OptionalLong from =
          target.isEmpty()
              ? Letters.originPartition(held.message().message())
              : OptionalLong.empty();
      try {
        StoredTopic topic = partition.topic().broker().topic(to);
        long place = from.orElse(partition.number()) % topic.partitions().size();
        topic
            .partitions()
            .get((int) place)
            .append(ByteString.EMPTY, 0, List.of(Letters.bare(held.message().message(), topic)), 0);
        forget(held.offset());
        moved++;
        answer.setMoved(answer.getMoved() + 1);
      } catch (StatusRuntimeException refused) {
        return answer.setRefused(answer.getRefused() + 1).build();
      }
    }
    partition.trim();
    return answer.build();
  }

  // --- Administration and time ---

  void seek(long offset) {
    end(
        Refusals.of(
            ErrorReason.SUBSCRIPTION_MOVED,
            name + ": it was moved to another place",
            Map.of("subscription", name)));
    partition.from(offset).forEach(this::add);
    timePassed();
    partition.trim();
  }

  void purge() {
    List.copyOf(open.keySet()).forEach(this::forget);
    partition.trim();
  }

  /** Messages from an offset on, in order. */
  Collection<HeldMessage> openFrom(long offset) {
    return open.tailMap(offset).values();
  }

  void timePassed() {
    long now = partition.now();
    for (HeldMessage held : List.copyOf(open.values())) {
      if (held.isLeaseOver(now)) {
        comeBack(held, null);
      } else if (held.hasExpired(now)) {
        expire(held);
      } else {
        settle(held);
      }
    }
  }

  SubscriptionState state() {
    long now = partition.now();
    long floor = open.isEmpty() ? partition.nextOffset() : open.firstKey();
    SubscriptionState.Builder state =
        SubscriptionState.newBuilder()
            .setSubscription(name)
            .setAcknowledgedFloor(floor)
            .setBacklog(open.size())
            .setLeased(open.values().stream().filter(held -> held.holder() != null).count())
            .setConsumers(consumers.size())
            .setWaiting(open.values().stream().filter(held -> held.isOnItsWayBack(now)).count())
            .setRedelivered(redelivered)
            .setMoved(moved)
            .setMovesStuck(movesStuck);
    if (!open.isEmpty()) {
      state.setHeadAgeMs(now - open.firstEntry().getValue().message().committedMillis());
    }
    return state.build();
  }
}

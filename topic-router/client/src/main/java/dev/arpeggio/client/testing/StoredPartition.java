package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.PartitionState;
import dev.arpeggio.protocol.v1.Position;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicConfig.WhenFull;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** A partition of the broker: its log, and who reads it. Guarded by the broker's monitor. */
final class StoredPartition {
  /** The last message that a producer had stored. */
  private record Last(long sequence, long offset) {}

  private final StoredTopic topic;
  private final int number;
  private final TreeMap<Long, StoredMessage> messages = new TreeMap<>();
  private final Map<ByteString, Last> producers = new LinkedHashMap<>();
  private final TreeMap<String, StoredSubscription> subscriptions = new TreeMap<>();
  private final Set<PublishCall> publishers = new LinkedHashSet<>();
  private long nextOffset;
  private long bytes;

  StoredPartition(StoredTopic topic, int number) {
    this.topic = topic;
    this.number = number;
  }

  StoredTopic topic() {
    return topic;
  }

  int number() {
    return number;
  }

  long now() {
    return topic.broker().nowMillis();
  }

  // --- Publishing ---

  void attach(PublishCall publisher) {
    publishers.add(publisher);
  }

  void detach(PublishCall publisher) {
    publishers.remove(publisher);
  }

  /**
   * Stores messages, unless it has them.
   *
   * @param producer empty: repeats are not recognised
   * @param chosenAmong how many partitions the topic had for whoever chose this one; 0: any number
   * @return the offset of the last one, if it is known
   */
  OptionalLong append(
      ByteString producer, long firstSequence, List<Message> batch, int chosenAmong) {
    batch.forEach(message -> Configs.check(message, topic.config()));
    long lastSequence = firstSequence + batch.size() - 1;
    Last last = producers.get(producer);
    if (last != null && !producer.isEmpty()) {
      if (lastSequence <= last.sequence()) {
        return lastSequence == last.sequence()
            ? OptionalLong.of(last.offset())
            : OptionalLong.empty();
      }
      if (firstSequence <= last.sequence()) {
        throw Refusals.of(
            ErrorReason.OUT_OF_SEQUENCE,
            "sequence " + firstSequence + " overlaps what is stored",
            Map.of(
                "expected", Long.toString(last.sequence() + 1),
                "received", Long.toString(firstSequence)));
      }
    }
    if (chosenAmong != 0 && chosenAmong != topic.config().getPartitions()) {
      throw Refusals.partitionsChanged(topic.name(), topic.config().getPartitions());
    }
    makeRoom(batch);
    batch.forEach(this::store);
    if (!producer.isEmpty()) {
      producers.put(producer, new Last(lastSequence, nextOffset - 1));
    }
    pumpAll();
    return OptionalLong.of(nextOffset - 1);
  }

  private void makeRoom(List<Message> batch) {
    TopicConfig config = topic.config();
    long mostBytes = config.getMaxPartitionBytes();
    long mostMessages =
        config.getMaxPartitionMessages() == 0 ? Long.MAX_VALUE : config.getMaxPartitionMessages();
    long newBytes = batch.stream().mapToLong(Message::getSerializedSize).sum();
    boolean drops = config.getWhenFull() == WhenFull.DROP_OLDEST;
    while (drops
        && !messages.isEmpty()
        && (bytes + newBytes > mostBytes || messages.size() + batch.size() > mostMessages)) {
      delete(messages.firstEntry().getValue());
    }
    if (bytes + newBytes > mostBytes) {
      throw Refusals.limit("bytes of a partition", mostBytes);
    }
    if (messages.size() + batch.size() > mostMessages) {
      throw Refusals.limit("messages of a partition", mostMessages);
    }
  }

  private void store(Message message) {
    long now = now();
    long life =
        message.getTimeToLiveMs() == 0
            ? topic.config().getExpireAfterMs()
            : message.getTimeToLiveMs();
    StoredMessage stored =
        new StoredMessage(
            nextOffset++,
            message,
            now,
            now + message.getDelayMs(),
            life == 0 ? Long.MAX_VALUE : now + life);
    messages.put(stored.offset(), stored);
    bytes += stored.size();
    subscriptions.values().forEach(subscription -> subscription.add(stored));
    dropSuperseded(stored.key());
  }

  private void dropSuperseded(ByteString key) {
    int kept = topic.config().getKeepLastPerKey();
    if (kept == 0 || key.isEmpty()) {
      return;
    }
    List<StoredMessage> ofKey =
        messages.values().stream().filter(message -> message.key().equals(key)).toList();
    ofKey.subList(0, Math.max(0, ofKey.size() - kept)).forEach(this::delete);
  }

  private void delete(StoredMessage message) {
    messages.remove(message.offset());
    bytes -= message.size();
    subscriptions.values().forEach(subscription -> subscription.forget(message.offset()));
  }

  /** Deletes what nobody wants any more. */
  void trim() {
    for (StoredMessage message : List.copyOf(messages.values())) {
      if (isLastOfKey(message)) {
        continue;
      }
      if (isWanted(message)) {
        return;
      }
      delete(message);
    }
  }

  // Those that were superseded are gone already.
  private boolean isLastOfKey(StoredMessage message) {
    return topic.config().getKeepLastPerKey() > 0 && !message.key().isEmpty();
  }

  private boolean isWanted(StoredMessage message) {
    TopicConfig config = topic.config();
    long mostBytes = config.getRetainBytes() == 0 ? Long.MAX_VALUE : config.getRetainBytes();
    boolean retained =
        message.committedMillis() + config.getRetainMs() > now() && bytes <= mostBytes;
    return retained
        || subscriptions.isEmpty()
        || subscriptions.values().stream().anyMatch(s -> s.wants(message.offset()));
  }

  // --- Subscriptions ---

  StoredSubscription subscription(String name) {
    StoredSubscription found = subscriptions.get(name);
    if (found == null) {
      throw Refusals.invalid("subscription", "no subscription " + name);
    }
    return found;
  }

  Collection<StoredSubscription> subscriptions() {
    return subscriptions.values();
  }

  /** False if there is one of that name already. */
  boolean create(String name, SubscriptionKind kind, long from) {
    if (subscriptions.containsKey(Names.checked(name))) {
      return false;
    }
    SubscriptionKind chosen =
        kind == SubscriptionKind.SUBSCRIPTION_KIND_UNSPECIFIED
            ? topic.config().getSubscriptionKind()
            : kind;
    subscriptions.put(name, new StoredSubscription(this, name, chosen, from(from)));
    return true;
  }

  void deleteSubscription(String name) {
    subscription(name).end(Refusals.busy(name, "it was deleted"));
    subscriptions.remove(name);
    trim();
  }

  /** All messages from that offset on. */
  Collection<StoredMessage> from(long offset) {
    return messages.tailMap(offset).values();
  }

  long find(Position position) {
    return switch (position.getPositionCase()) {
      case LATEST -> nextOffset;
      case OFFSET -> {
        if (position.getOffset() < 0 || position.getOffset() > nextOffset) {
          throw Refusals.invalid(
              "offset",
              Long.toUnsignedString(position.getOffset())
                  + " is beyond the log, which ends at "
                  + nextOffset);
        }
        yield Math.max(firstOffset(), position.getOffset());
      }
      case TIME_MS ->
          messages.values().stream()
              .filter(message -> message.committedMillis() >= position.getTimeMs())
              .mapToLong(StoredMessage::offset)
              .findFirst()
              .orElse(nextOffset);
      case POSITION_NOT_SET -> firstOffset();
    };
  }

  private long firstOffset() {
    return messages.isEmpty() ? nextOffset : messages.firstKey();
  }

  long nextOffset() {
    return nextOffset;
  }

  void timePassed() {
    new ArrayList<>(subscriptions.values()).forEach(StoredSubscription::timePassed);
    trim();
    pumpAll();
  }

  private void pumpAll() {
    subscriptions.values().forEach(StoredSubscription::pump);
  }

  /** The topic is deleted; whoever asks again learns that. */
  void end() {
    endStreams();
    subscriptions.values().forEach(subscription -> subscription.end(notHere()));
  }

  /** Something about the topic has changed; whoever comes again learns that. */
  void endStreams() {
    List.copyOf(publishers).forEach(publisher -> publisher.end(notHere()));
    subscriptions.values().forEach(subscription -> subscription.endStreams(notHere()));
  }

  private StatusRuntimeException notHere() {
    return Refusals.of(
        ErrorReason.NOT_OWNER,
        "the partition is not served here any more",
        Map.of("topic", topic.name(), "partition", Integer.toString(number)));
  }

  /** Has the same subscriptions as another one, each at its beginning. */
  void inherit(StoredPartition other) {
    other.subscriptions.forEach((name, of) -> create(name, of.kind(), 0));
  }

  PartitionState state() {
    PartitionState.Builder state =
        PartitionState.newBuilder()
            .setPartition(number)
            .setOwner(topic.broker().address())
            .setEpoch(1)
            .setFirstOffset(firstOffset())
            .setNextOffset(nextOffset)
            .setRetainedBytes(bytes);
    subscriptions.values().forEach(subscription -> state.addSubscriptions(subscription.state()));
    return state.build();
  }
}

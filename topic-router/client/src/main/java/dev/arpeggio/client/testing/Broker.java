package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.TopicConfig;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The topics of a broker, and its clock. This object's monitor guards everything that the broker
 * has; whoever calls a method but {@link #nowMillis}, {@link #advance} and {@link #answer} holds
 * it.
 */
final class Broker {
  private final TreeMap<String, StoredTopic> topics = new TreeMap<>();
  private String address = "";
  private long nowMillis = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
  private long creations;

  synchronized long nowMillis() {
    return nowMillis;
  }

  synchronized void bind(String boundTo) {
    address = boundTo;
  }

  synchronized void advance(long millis) {
    nowMillis += millis;
    // What expires or is a dead letter may create topics, and add to others.
    List.copyOf(topics.values()).forEach(StoredTopic::timePassed);
  }

  /** Carries out a call of one answer. */
  <R> void answer(StreamObserver<R> observer, Supplier<R> call) {
    synchronized (this) {
      try {
        observer.onNext(call.get());
        observer.onCompleted();
      } catch (StatusRuntimeException refusal) {
        observer.onError(refusal);
      }
    }
  }

  String address() {
    return address;
  }

  List<StoredTopic> topics() {
    return List.copyOf(topics.values());
  }

  StoredTopic topic(String name) {
    StoredTopic found = topics.get(Names.checked(name));
    if (found == null) {
      throw Refusals.noTopic(name);
    }
    return found;
  }

  StoredPartition partition(String topic, int partition) {
    List<StoredPartition> partitions = topic(topic).partitions();
    if (partition < 0 || partition >= partitions.size()) {
      throw Refusals.of(
          ErrorReason.PARTITION_NOT_FOUND,
          "no partition " + topic + "/" + Integer.toUnsignedString(partition),
          Map.of("topic", topic, "partition", Integer.toUnsignedString(partition)));
    }
    return partitions.get(partition);
  }

  StoredTopic create(String name, TopicConfig changes) {
    TopicConfig config = Configs.apply(Names.checked(name), changes, Configs.DEFAULTS);
    if (topics.containsKey(name)) {
      throw Refusals.of(
          ErrorReason.TOPIC_ALREADY_EXISTS,
          "topic " + name + " exists already",
          Map.of("topic", name));
    }
    StoredTopic created = new StoredTopic(this, name, config, ++creations);
    topics.put(name, created);
    return created;
  }

  /** A topic for dead letters or expired messages, which need not exist. */
  StoredTopic topicOrNew(String name) {
    StoredTopic found = topics.get(name);
    return found == null ? create(name, TopicConfig.getDefaultInstance()) : found;
  }

  void delete(String name) {
    topic(name).end();
    topics.remove(name);
  }
}

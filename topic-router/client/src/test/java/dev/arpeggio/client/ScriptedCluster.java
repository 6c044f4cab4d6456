package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.TopicConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;

/**
 * What the nodes of a test share, as real ones share ZooKeeper: topics, logs, acknowledgements, who
 * owns what. One monitor, this object, guards all of it and the nodes.
 */
@NullUnmarked
final class ScriptedCluster implements AutoCloseable {
  /** A message in a log. */
  record Stored(long offset, dev.arpeggio.protocol.v1.Message message) {}

  /** A partition: survives its owners. */
  static final class Log {
    final List<Stored> messages = new ArrayList<>();
    // The last sequence stored, by producer id, and its offset.
    final Map<ByteString, Long> lastSequence = new LinkedHashMap<>();
    final Map<ByteString, Long> lastOffset = new LinkedHashMap<>();
    // By subscription.
    final Map<String, Set<Long>> acknowledged = new LinkedHashMap<>();
    final Map<String, Map<Long, Object>> leases = new LinkedHashMap<>();
    ScriptedNode owner;

    Log(ScriptedNode owner) {
      this.owner = owner;
    }

    Set<Long> acknowledged(String subscription) {
      return acknowledged.computeIfAbsent(subscription, name -> new TreeSet<>());
    }

    Map<Long, Object> leases(String subscription) {
      return leases.computeIfAbsent(subscription, name -> new TreeMap<>());
    }
  }

  /** A topic. */
  record Topic(TopicConfig config, List<Log> partitions) {}

  final Map<String, Topic> topics = new LinkedHashMap<>();
  final List<ScriptedNode> nodes = new ArrayList<>();

  static ScriptedCluster ofNodes(int number) {
    ScriptedCluster cluster = new ScriptedCluster();
    for (int i = 0; i < number; i++) {
      cluster.nodes.add(new ScriptedNode(cluster).start());
    }
    return cluster;
  }

  ScriptedNode node(int number) {
    return nodes.get(number);
  }

  /** The addresses of all nodes, as a user writes them. */
  String addresses() {
    return String.join(",", nodes.stream().map(ScriptedNode::address).toList());
  }

  /** A topic whose partitions belong to the first node. */
  synchronized ScriptedCluster withTopic(String name, int partitions) {
    return withTopic(name, partitions, 1_000);
  }

  synchronized ScriptedCluster withTopic(String name, int partitions, int maxMessageBytes) {
    List<Log> logs = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      logs.add(new Log(node(0)));
    }
    TopicConfig config =
        TopicConfig.newBuilder()
            .setPartitions(partitions)
            .setMaxMessageBytes(maxMessageBytes)
            .build();
    topics.put(name, new Topic(config, logs));
    return this;
  }

  synchronized Log log(String topic, int partition) {
    return topics.get(topic).partitions().get(partition);
  }

  synchronized void moveTo(ScriptedNode owner, String topic, int partition) {
    log(topic, partition).owner = owner;
  }

  /** Puts messages into a log as a publisher would. */
  synchronized void store(String topic, int partition, String... bodies) {
    for (String body : bodies) {
      append(log(topic, partition), message(body));
    }
    nodes.forEach(ScriptedNode::deliverAll);
  }

  static void append(Log log, dev.arpeggio.protocol.v1.Message message) {
    log.messages.add(new Stored(log.messages.size(), message));
  }

  static void appendAll(Log log, Messages messages) {
    messages.getMessageList().forEach(message -> append(log, message));
  }

  private static dev.arpeggio.protocol.v1.Message message(String body) {
    return dev.arpeggio.protocol.v1.Message.newBuilder()
        .setBody(ByteString.copyFromUtf8(body))
        .build();
  }

  /** What a log holds, in order. */
  synchronized List<String> bodies(String topic, int partition) {
    return log(topic, partition).messages.stream()
        .map(stored -> stored.message().getBody().toStringUtf8())
        .toList();
  }

  synchronized List<Long> acknowledged(String topic, int partition) {
    return List.copyOf(log(topic, partition).acknowledged("default"));
  }

  /** Waits for something that nodes see. */
  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Eventually.BOUND.toNanos();
    synchronized (this) {
      try {
        while (!condition.getAsBoolean()) {
          long left = deadline - System.nanoTime();
          assertTrue(left > 0, "never happened: " + what);
          wait(Math.max(1, left / 1_000_000));
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    nodes.forEach(ScriptedNode::stop);
  }
}

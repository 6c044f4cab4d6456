package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Producer;
import java.util.ArrayList;
import java.util.List;

/** Makes producers and consumers, spread over topics and clients in turn. */
public final class Endpoints {
  private Endpoints() {}

  /** Producers of these topics in turn, numbered from 0 on. */
  public static List<Producer> producers(
      Rig rig, List<String> topics, int number, int connections) {
    List<Producer> producers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      producers.add(rig.client(i % connections).producer(topics.get(i % topics.size())));
    }
    return producers;
  }

  /** Consumers of one subscription. */
  public static List<Consumer> consumers(
      Rig rig, String topic, int number, int credit, int connections) {
    ConsumerOptions options = ConsumerOptions.defaults().withCredit(credit);
    List<Consumer> consumers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      consumers.add(rig.client(i % connections).consumer(topic, options));
    }
    return consumers;
  }
}

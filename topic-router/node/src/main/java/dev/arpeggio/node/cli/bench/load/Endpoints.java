package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Producer;
import java.util.ArrayList;
import java.util.List;

/** Makes producers and consumers, spread over topics and clients in turn. */
final class Endpoints {
  private Endpoints() {}

  static List<Producer> producers(
      Rig rig, MessageOptions messages, List<String> topics, int number) {
    List<Producer> producers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      producers.add(rig.client(i % messages.connections()).producer(topics.get(i % topics.size())));
    }
    return producers;
  }

  static List<Consumer> consumers(
      Rig rig, MessageOptions messages, String topic, int number, int credit) {
    ConsumerOptions options = ConsumerOptions.defaults().withCredit(credit);
    List<Consumer> consumers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      consumers.add(rig.client(i % messages.connections()).consumer(topic, options));
    }
    return consumers;
  }
}

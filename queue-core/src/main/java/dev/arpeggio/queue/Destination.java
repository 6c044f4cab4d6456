package dev.arpeggio.queue;

import java.util.OptionalInt;

/**
 * Where messages are to go.
 *
 * @param partition empty: wherever the topic takes them
 */
record Destination(TopicName topic, OptionalInt partition) {
  static Destination anywhereIn(TopicName topic) {
    return new Destination(topic, OptionalInt.empty());
  }
}

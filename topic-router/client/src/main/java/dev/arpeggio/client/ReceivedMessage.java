package dev.arpeggio.client;

import java.time.Instant;

/**
 * A message as a consumer gets it.
 *
 * @param topic where the message is
 * @param partition where in the topic
 * @param offset where in the partition
 * @param redeliveries how often it was delivered before, as far as the owner knows; 0 the first
 *     time
 * @param publishTime when it was first committed, by the owner's clock
 * @param message what was published
 */
public record ReceivedMessage(
    String topic,
    int partition,
    long offset,
    int redeliveries,
    Instant publishTime,
    Message message) {
  /** The key; empty: none. */
  public byte[] key() {
    return message.key();
  }

  public byte[] body() {
    return message.body();
  }

  /** The body read as UTF-8. */
  public String text() {
    return message.text();
  }
}

package dev.arpeggio.node.cli.demo;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Header;
import dev.arpeggio.client.ReceivedMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Consumes the topic until everything has come and it is quiet, or nothing comes any more. Runs on
 * one thread; {@link #published} may be called from another.
 */
final class Receiver implements Callable<DeliveryCheck> {
  private static final int BATCH = 1_000;

  /** How long to listen for duplicates once everything has come. */
  private static final Duration QUIET = Duration.ofMillis(500);

  /** How long to wait for what is missing. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Arpeggio arpeggio;
  private final String topic;
  private volatile int published = Integer.MAX_VALUE;

  Receiver(Arpeggio arpeggio, String topic) {
    this.arpeggio = arpeggio;
    this.topic = topic;
  }

  /** Tells how many lines there are in all. */
  void published(int lines) {
    published = lines;
  }

  @Override
  public DeliveryCheck call() {
    DeliveryCheck check = new DeliveryCheck();
    try (Consumer consumer = arpeggio.consumer(topic)) {
      Duration silence = Duration.ZERO;
      while (!isOver(check, silence)) {
        List<ReceivedMessage> messages = consumer.receiveBatch(BATCH, QUIET);
        for (ReceivedMessage message : messages) {
          check.arrived(line(message), message.body());
          consumer.acknowledge(message);
        }
        silence = messages.isEmpty() ? silence.plus(QUIET) : Duration.ZERO;
      }
    }
    return check;
  }

  private boolean isOver(DeliveryCheck check, Duration silence) {
    if (silence.isZero() || published == Integer.MAX_VALUE) {
      return false;
    }
    return check.distinct() >= published || silence.compareTo(PATIENCE) >= 0;
  }

  private static int line(ReceivedMessage message) {
    return message
        .message()
        .header(Publisher.LINE_HEADER)
        .map(Header::text)
        .map(Integer::parseInt)
        .orElseThrow(() -> new IllegalStateException("a message that the demo did not publish"));
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.node.cli.io.LineReader;
import dev.arpeggio.node.cli.io.LineTooLongException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines, each as one message, and counts what becomes of them. Sends nothing more once a
 * line has been refused. One thread publishes; the counts can be read from any thread.
 */
final class LinePublisher {
  /** The first line that was not confirmed, and why. */
  record Refusal(long line, Throwable cause) {
    private static @Nullable Refusal earlier(@Nullable Refusal one, @Nullable Refusal other) {
      return one == null || (other != null && other.line < one.line) ? other : one;
    }
  }

  private final Producer producer;
  private final UnaryOperator<Message> addressing;
  private final AtomicLong confirmed = new AtomicLong();
  private final AtomicLong notHeard = new AtomicLong();
  private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();
  private volatile long sent;

  /**
   * @param addressing adds to every message what is not its body
   */
  LinePublisher(Producer producer, UnaryOperator<Message> addressing) {
    this.producer = producer;
    this.addressing = addressing;
  }

  /**
   * Sends lines until there are no more, or one is refused.
   *
   * @param afterEach called after each line
   */
  void send(LineReader lines, Runnable afterEach) throws IOException, LineTooLongException {
    byte[] line;
    while (refusal.get() == null && (line = lines.next()) != null) {
      send(line, lines.lines());
      afterEach.run();
    }
  }

  /** Sends one line. */
  void send(byte[] line, long number) {
    // The callback is the end of the chain: it counts every outcome, and cannot fail.
    var unused =
        producer
            .send(addressing.apply(Message.of(line)))
            .whenComplete((confirmation, error) -> settled(number, error));
    sent = number;
  }

  private void settled(long line, @Nullable Throwable error) {
    if (error == null) {
      confirmed.incrementAndGet();
    } else if (isReason(error, Reason.NOT_HEARD)) {
      notHeard.incrementAndGet();
    } else if (!isReason(error, Reason.DROPPED)) {
      refusal.accumulateAndGet(new Refusal(line, unwrap(error)), Refusal::earlier);
    }
  }

  private static boolean isReason(Throwable error, Reason reason) {
    return unwrap(error) instanceof ArpeggioException e && e.reason() == reason;
  }

  /** Waits until every line is confirmed or refused. */
  void flush() {
    producer.flush();
  }

  /** The number of lines handed over to be sent. */
  long sent() {
    return sent;
  }

  long confirmed() {
    return confirmed.get();
  }

  /** The number of lines that were dropped since a stronger publisher has their keys. */
  long notHeard() {
    return notHeard.get();
  }

  /** The number of lines that a best-effort producer dropped. */
  long dropped() {
    return producer.dropped();
  }

  /** Null: none so far. */
  @Nullable Refusal refusal() {
    return refusal.get();
  }

  private static Throwable unwrap(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.io.OutputClosedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Writes messages as they come, one a line, and acknowledges each once it is written: what the
 * output did not take is not acknowledged, and comes back. For one thread.
 */
final class MessagePrinter {
  private static final int BATCH = 1_000;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Consumer consumer;
  private final MessageFormat format;
  private final OutputStream out;
  private long printed;

  /**
   * A printer to a stream.
   *
   * @param out unbuffered: what it has taken counts as written
   */
  MessagePrinter(Consumer consumer, MessageFormat format, OutputStream out) {
    this.consumer = consumer;
    this.format = format;
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
  }

  /**
   * Prints until there are enough messages, or none has come for so long.
   *
   * @param idleTimeout empty: waits for ever
   * @throws OutputClosedException if the output takes no more
   */
  void print(long wanted, Optional<Duration> idleTimeout) {
    while (printed < wanted) {
      List<ReceivedMessage> messages =
          consumer.receiveBatch(
              (int) Math.min(BATCH, wanted - printed), idleTimeout.orElse(PATIENCE));
      if (messages.isEmpty() && idleTimeout.isPresent()) {
        return;
      }
      write(messages);
      messages.forEach(consumer::acknowledge);
      printed += messages.size();
    }
  }

  /** How many messages have been written and acknowledged. */
  long printed() {
    return printed;
  }

  private void write(List<ReceivedMessage> messages) {
    try {
      for (ReceivedMessage message : messages) {
        format.write(message, out);
        out.write('\n');
      }
      out.flush();
    } catch (IOException e) {
      throw new OutputClosedException(e);
    }
  }
}

package dev.arpeggio.node.cli.demo;

import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.node.cli.io.LineReader;
import dev.arpeggio.node.cli.io.LineTooLongException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Publishes the lines of a source, numbered, at the pace of a plan. For one thread. */
final class Publisher {
  /** The header that carries a line's number. */
  static final String LINE_HEADER = "line";

  private final Producer producer;
  private final Plan plan;
  private final Ledger ledger;
  private final MessageDigest digest = DeliveryCheck.newDigest();

  Publisher(Producer producer, Plan plan, Ledger ledger) {
    this.producer = producer;
    this.plan = plan;
    this.ledger = ledger;
  }

  /**
   * Publishes, and returns when all is confirmed or something has failed, which the ledger tells.
   *
   * @return the SHA-256 of what was sent, each line followed by LF
   */
  String publish(Source source, Runnable afterEach) throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (InputStream in = Files.newInputStream(source.file())) {
      LineReader lines = new LineReader(in, Source.MAX_LINE_BYTES);
      byte[] body;
      while ((body = lines.next()) != null) {
        int line = (int) lines.lines();
        ledger.awaitDue(start + plan.dueNanos(line));
        if (line > source.lines() || !ledger.send(line)) {
          break;
        }
        send(line, body);
        afterEach.run();
      }
    } catch (LineTooLongException e) {
      throw new IOException(source.file() + " has changed: " + e.getMessage(), e);
    }
    producer.flush();
    return DeliveryCheck.hex(digest);
  }

  private void send(int line, byte[] body) {
    DeliveryCheck.update(digest, body);
    // The callback is the end of the chain: it notes every outcome, and cannot fail.
    var unused =
        producer
            .send(Message.of(body).withHeader(LINE_HEADER, Integer.toString(line)))
            .whenComplete((confirmation, error) -> settled(line, error));
  }

  private void settled(int line, @Nullable Throwable error) {
    if (error == null) {
      ledger.confirm(line, System.nanoTime());
    } else {
      ledger.fail(error);
    }
  }
}

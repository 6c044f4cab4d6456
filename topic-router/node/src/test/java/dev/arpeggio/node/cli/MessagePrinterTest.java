package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.io.OutputClosedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MessagePrinterTest {
  private static final Optional<Duration> IDLE = Optional.of(Duration.ofSeconds(1));

  private final ScriptedConsumer consumer = new ScriptedConsumer();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void bodiesArePrintedAsTheyAreAndAcknowledged() {
    consumer.batch(message(0, "one"), message(1, "")).batch(message(2, "zw\u00f6lf\r"));
    print(MessageFormat.BODY, Long.MAX_VALUE);
    assertEquals("one\n\nzw\u00f6lf\r\n", out.toString(UTF_8));
    assertEquals(List.of(0L, 1L, 2L), consumer.acknowledged);
  }

  @Test
  void bytesThatAreNoTextPassUnchanged() {
    byte[] body = {0, -1, '\r', -61};
    consumer.batch(received(0, Message.of(body)));
    print(MessageFormat.BODY, 1);
    assertArrayEquals(new byte[] {0, -1, '\r', -61, '\n'}, out.toByteArray());
  }

  @Test
  void noMoreIsTakenThanIsWanted() {
    consumer.batch(message(0, "one")).batch(message(1, "two")).batch(message(2, "three"));
    print(MessageFormat.BODY, 2);
    assertEquals("one\ntwo\n", out.toString(UTF_8));
    assertEquals(List.of(0L, 1L), consumer.acknowledged);
    assertEquals(List.of(2, 1), consumer.asked, "never asks for more than is left");
  }

  @Test
  void whatTheOutputDoesNotTakeIsNotAcknowledged() {
    consumer.batch(message(0, "one")).batch(message(1, "two"));
    OutputStream head = new FailingOutput(out, 4);
    MessagePrinter printer = new MessagePrinter(consumer, MessageFormat.BODY, head);
    OutputClosedException e =
        assertThrows(OutputClosedException.class, () -> printer.print(9, IDLE));
    assertTrue(e.readerHasGone());
    assertEquals(List.of(0L), consumer.acknowledged);
    assertEquals(1, printer.printed());
  }

  @Test
  void metadataStandInFrontSeparatedByTabs() {
    consumer.batch(received(7, Message.of("body").withKey("k")));
    print(MessageFormat.WITH_METADATA, 1);
    assertEquals("3\t7\t1970-01-01T00:00:01Z\tk\tbody\n", out.toString(UTF_8));
  }

  @Test
  void jsonSaysEverythingAndMarksWhatIsNoText() {
    consumer.batch(
        received(7, Message.of("a\"b").withKey("k").withHeader("h", "v")),
        received(8, Message.of(new byte[] {-1})));
    print(MessageFormat.JSON, 2);
    assertEquals(
        "{\"topic\":\"orders\",\"partition\":3,\"offset\":7,\"redeliveries\":0,\"publish_time\":\"1970-01-01T00:00:01Z\","
            + "\"key\":\"k\",\"headers\":[{\"name\":\"h\",\"value\":\"v\"}],\"body\":\"a\\\"b\"}\n"
            + "{\"topic\":\"orders\",\"partition\":3,\"offset\":8,\"redeliveries\":0,\"publish_time\":\"1970-01-01T00:00:01Z\","
            + "\"body_base64\":\"/w==\"}\n",
        out.toString(UTF_8));
  }

  private void print(MessageFormat format, long wanted) {
    new MessagePrinter(consumer, format, out).print(wanted, IDLE);
  }

  private static ReceivedMessage message(long offset, String body) {
    return received(offset, Message.of(body));
  }

  private static ReceivedMessage received(long offset, Message message) {
    return new ReceivedMessage("orders", 3, offset, 0, Instant.ofEpochSecond(1), message);
  }

  /** Takes so many bytes; then its reader is gone. */
  private static final class FailingOutput extends OutputStream {
    private final OutputStream out;
    private int left;

    private FailingOutput(OutputStream out, int left) {
      this.out = out;
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException("Broken pipe");
      }
      out.write(b);
    }
  }

  private static final class ScriptedConsumer implements Consumer {
    private final Deque<List<ReceivedMessage>> batches = new ArrayDeque<>();
    private final List<Integer> asked = new ArrayList<>();
    private final List<Long> acknowledged = new ArrayList<>();

    private ScriptedConsumer batch(ReceivedMessage... messages) {
      batches.add(List.of(messages));
      return this;
    }

    @Override
    public List<ReceivedMessage> receiveBatch(int max, Duration timeout) {
      asked.add(max);
      return batches.isEmpty() ? List.of() : batches.remove();
    }

    @Override
    public void acknowledge(ReceivedMessage message) {
      acknowledged.add(message.offset());
    }

    @Override
    public List<String> topics() {
      throw new IllegalStateException("not used");
    }

    @Override
    public CompletableFuture<List<ReceivedMessage>> receiveAsync(int max) {
      throw new IllegalStateException("not used");
    }

    @Override
    public Optional<ReceivedMessage> receive(Duration timeout) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void flushAcknowledgements(Duration timeout) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void release(ReceivedMessage message) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void retry(ReceivedMessage message) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void retry(ReceivedMessage message, Duration delay) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void reject(ReceivedMessage message, String reason) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void extend(ReceivedMessage message, Duration time) {
      throw new IllegalStateException("not used");
    }

    @Override
    public void close() {}
  }
}

package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.node.cli.io.LineReader;
import dev.arpeggio.node.cli.io.LineTooLongException;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LinePublisherTest {
  private final ScriptedProducer producer = new ScriptedProducer();
  private final LinePublisher publisher = new LinePublisher(producer, message -> message);

  @Test
  void everyLineBecomesAMessage() throws Exception {
    publisher.send(lines("one\n\nthree"), () -> {});
    assertEquals(List.of("one", "", "three"), producer.bodies());
    assertEquals(3, publisher.sent());
    assertEquals(3, publisher.confirmed());
    assertNull(publisher.refusal());
  }

  @Test
  void theKeyIsOnEveryMessage() throws Exception {
    new LinePublisher(producer, message -> message.withKey("k"))
        .send(lines("one\ntwo\n"), () -> {});
    assertEquals(
        List.of("k", "k"),
        producer.sent.stream().map(message -> new String(message.key(), UTF_8)).toList());
  }

  @Test
  void nothingIsSentAfterARefusedLine() throws Exception {
    producer.refuseAt = 2;
    publisher.send(lines("one\ntwo\nthree\nfour\n"), () -> {});
    assertEquals(List.of("one", "two"), producer.bodies());
    LinePublisher.Refusal refusal = publisher.refusal();
    assertEquals(2, refusal == null ? 0 : refusal.line());
    assertEquals(1, publisher.confirmed());
  }

  @Test
  void nothingIsSentFromALineThatIsTooLong() {
    assertThrows(
        LineTooLongException.class,
        () -> publisher.send(new LineReader(stream("one\nlonger\nthree\n"), 4), () -> {}));
    assertEquals(List.of("one"), producer.bodies());
  }

  @Test
  void theEarliestOfSeveralRefusedLinesIsTold() {
    producer.hold = true;
    publisher.send("one".getBytes(UTF_8), 1);
    publisher.send("two".getBytes(UTF_8), 2);
    publisher.send("three".getBytes(UTF_8), 3);
    ArpeggioException cause = new ArpeggioException(Reason.TIMED_OUT, "late");
    producer.held.get(2).completeExceptionally(new ArpeggioException(Reason.CLOSED, "closed"));
    producer.held.get(1).completeExceptionally(cause);
    LinePublisher.Refusal refusal = publisher.refusal();
    assertEquals(2, refusal == null ? 0 : refusal.line());
    assertSame(cause, refusal == null ? null : refusal.cause());
    assertEquals(0, publisher.confirmed());
  }

  private static LineReader lines(String text) {
    return new LineReader(stream(text), 100);
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static final class ScriptedProducer implements Producer {
    private final List<Message> sent = new ArrayList<>();
    private final List<CompletableFuture<Confirmation>> held = new ArrayList<>();
    private boolean hold;
    private int refuseAt;

    @Override
    public CompletableFuture<Confirmation> send(Message message) {
      sent.add(message);
      CompletableFuture<Confirmation> future = new CompletableFuture<>();
      if (hold) {
        held.add(future);
      } else if (sent.size() == refuseAt) {
        future.completeExceptionally(new ArpeggioException(Reason.MESSAGE_TOO_LARGE, "too large"));
      } else {
        future.complete(new Confirmation(0, OptionalLong.of(sent.size())));
      }
      return future;
    }

    private List<String> bodies() {
      return sent.stream().map(Message::text).toList();
    }

    @Override
    public void changeStrength(int strength) {}

    @Override
    public long dropped() {
      return 0;
    }

    @Override
    public void flush() {}

    @Override
    public void flush(Duration timeout) {}

    @Override
    public void close() {}
  }
}

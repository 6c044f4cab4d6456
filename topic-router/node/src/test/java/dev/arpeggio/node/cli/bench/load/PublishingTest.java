package dev.arpeggio.node.cli.bench.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** What producers send is numbered, timed from when it was due, and every failure is counted. */
class PublishingTest {
  private static final Bodies BODIES = new Bodies(Bodies.SMALLEST, false);

  private final Latency latency = new Latency();

  @Test
  void everyProducerSendsItsShareInOrder() throws InterruptedException {
    FakeProducer one = new FakeProducer();
    FakeProducer two = new FakeProducer();
    try (Publishing publishing = new Publishing(List.of(one, two), BODIES, 7, 0, latency)) {
      Publishing.Outcome outcome = publishing.run();
      assertEquals(5, outcome.messages(), "the first of each is not timed");
      assertEquals(0, outcome.failed());
    }
    assertEquals(List.of(0L, 1L, 2L, 3L), one.numbers);
    assertEquals(List.of(0L, 1L, 2L), two.numbers);
    assertArrayEquals(new long[] {4, 3}, Publishing.shares(7, 2));
  }

  @Test
  void everyFailureIsCounted() throws InterruptedException {
    FakeProducer producer = new FakeProducer();
    producer.fails = number -> number % 10 == 5;
    try (Publishing publishing = new Publishing(List.of(producer), BODIES, 100, 0, latency)) {
      Publishing.Outcome outcome = publishing.run();
      assertEquals(10, outcome.failed());
      assertSame(producer.failure, outcome.why());
    }
  }

  /** A server that stands still delays what is due meanwhile, whether it was sent or not. */
  @Test
  void aStallCountsForAllThatWasDueMeanwhile() throws InterruptedException {
    FakeProducer producer = new FakeProducer();
    producer.stallsAt = 10;
    try (Publishing publishing = new Publishing(List.of(producer), BODIES, 400, 1_000, latency)) {
      assertNotNull(publishing.run());
    }
    // At 1,000 a second, 200 were due in the stall, and half of these waited for half of it.
    long waited = latency.ended("test").getCountBetweenValues(100_000_000, Long.MAX_VALUE);
    assertTrue(waited >= 90, "only " + waited + " waited");
  }

  private static final class FakeProducer implements Producer {
    private static final Duration STALL = Duration.ofMillis(200);

    private final List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
    private final ArpeggioException failure = new ArpeggioException(Reason.TIMED_OUT, "planted");
    private LongPredicate fails = number -> false;
    private long stallsAt = -1;

    @Override
    public CompletableFuture<Confirmation> send(Message message) {
      long number = Bodies.number(message.body());
      numbers.add(number);
      if (number == stallsAt) {
        long end = System.nanoTime() + STALL.toNanos();
        while (System.nanoTime() - end < 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
      return fails.test(number)
          ? CompletableFuture.failedFuture(failure)
          : CompletableFuture.completedFuture(new Confirmation(0, OptionalLong.empty()));
    }

    @Override
    public void changeStrength(int strength) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long dropped() {
      return 0;
    }

    @Override
    public void flush() {
      // Everything is confirmed at once.
    }

    @Override
    public void flush(Duration timeout) {
      flush();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}

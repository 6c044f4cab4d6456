package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ReceivedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Consumers that take and acknowledge what {@link Publishing} published, each on a thread of its
 * own, and judge it. For one thread, which starts it and awaits its end.
 */
final class Consuming implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration FLUSH = Duration.ofSeconds(30);

  private final List<Consumer> consumers;
  private final List<Taker> takers = new ArrayList<>();
  private final long count;
  private final int producers;
  private final @Nullable Latency latency;
  private final AtomicLong missing;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean ended;
  private long startedNanos;

  /**
   * @param consumers of one subscription, to be closed with this
   * @param count of all messages
   * @param producers of the messages
   * @param latency gets the times from the stamps on the messages to their arrival; null: they do
   *     not matter
   */
  Consuming(List<Consumer> consumers, long count, int producers, @Nullable Latency latency) {
    this.consumers = List.copyOf(consumers);
    this.count = count;
    this.producers = producers;
    this.latency = latency;
    this.missing = new AtomicLong(count);
  }

  void start() {
    for (int i = 0; i < consumers.size(); i++) {
      takers.add(new Taker(i));
    }
    startedNanos = System.nanoTime();
    takers.forEach(Thread::start);
  }

  /**
   * Waits until all messages have come and all acknowledgements are durable.
   *
   * @return nanoseconds from the start to then; 0: nothing has come for as long as anybody would
   *     wait
   */
  long awaitNanos() throws InterruptedException {
    long left = missing.get();
    while (!done.await(Rig.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      long now = missing.get();
      if (now == left) {
        return 0;
      }
      left = now;
    }
    requireWhole();
    for (Consumer consumer : consumers) {
      consumer.flushAcknowledgements(FLUSH);
    }
    return Math.max(1, System.nanoTime() - startedNanos);
  }

  /** What came, after the end. */
  Tally tally() throws InterruptedException {
    ended = true;
    Tally all = new Tally(count, producers);
    for (Taker taker : takers) {
      taker.join();
      all.merge(taker.tally);
    }
    requireWhole();
    return all;
  }

  private void requireWhole() {
    for (Taker taker : takers) {
      if (taker.broken != null) {
        throw taker.broken;
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    consumers.forEach(Consumer::close);
  }

  private final class Taker extends Thread {
    private final Consumer consumer;
    private final Tally tally = new Tally(count, producers);
    private volatile @Nullable RuntimeException broken;

    Taker(int number) {
      super("bench-consumer-" + number);
      this.consumer = consumers.get(number);
    }

    @Override
    public void run() {
      try {
        while (!ended) {
          List<ReceivedMessage> batch = consumer.receiveBatch(BATCH, POLL);
          for (ReceivedMessage message : batch) {
            if (latency != null) {
              latency.record(System.nanoTime() - Bodies.timeNanos(message.body()));
            }
            tally.add(message);
            consumer.acknowledge(message);
          }
          if (!batch.isEmpty() && missing.addAndGet(-batch.size()) <= 0) {
            done.countDown();
          }
        }
      } catch (RuntimeException e) {
        if (!ended) {
          broken = e;
          done.countDown();
        }
      }
    }
  }
}

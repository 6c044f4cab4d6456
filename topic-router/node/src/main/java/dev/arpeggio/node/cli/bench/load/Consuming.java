package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Consumers that take and acknowledge what {@link Publishing} published, each on a thread of its
 * own, and judge it. For one thread, which starts it and awaits its end.
 */
public final class Consuming implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration FLUSH = Duration.ofSeconds(30);

  private final List<Consumer> consumers;
  private final List<Taker> takers = new ArrayList<>();
  private final long[] published;
  private final long wanted;
  private final @Nullable Latency latency;
  private final AtomicLong missing;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean ended;
  private long startedNanos;

  /**
   * @param consumers of one subscription, to be closed with this
   * @param published how many messages each producer sends
   * @param wanted how many of them to wait for
   * @param latency gets the times from the stamps on the messages to their arrival; null: they do
   *     not matter
   */
  public Consuming(
      List<Consumer> consumers, long[] published, long wanted, @Nullable Latency latency) {
    this.consumers = List.copyOf(consumers);
    this.published = published.clone();
    this.wanted = wanted;
    this.latency = latency;
    this.missing = new AtomicLong(wanted);
  }

  /** Starts the clock. */
  public void start() {
    for (int i = 0; i < consumers.size(); i++) {
      takers.add(new Taker(i));
    }
    startedNanos = System.nanoTime();
    takers.forEach(Thread::start);
  }

  /**
   * Waits until the messages have come, all acknowledgements are durable, and all is as it should
   * be.
   *
   * @return nanoseconds from the start until the acknowledgements were durable
   * @throws Failure if a message did not come, came twice or out of order
   */
  public long awaitNanos(Rig rig) throws InterruptedException {
    rig.await(done, missing::get, "nothing was delivered any more");
    requireWhole();
    for (Consumer consumer : consumers) {
      consumer.flushAcknowledgements(FLUSH);
    }
    long nanos = Math.max(1, System.nanoTime() - startedNanos);
    Tally tally = tally();
    Bench.require(tally.isExact(wanted), "not every message came once and in order: " + tally);
    return nanos;
  }

  private Tally tally() throws InterruptedException {
    ended = true;
    Tally all = new Tally(published);
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
    private final Tally tally = new Tally(published);
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
            // The first of each producer comes before everything is ready.
            if (latency != null && Bodies.number(message.body()) > 0) {
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

package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.bench.load.Bodies;
import dev.arpeggio.node.cli.bench.load.Latency;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads items one at a time and confirms them, except for a share that it drops: in
 * turn it gives the item back, says that it could not process it, or goes away without a word, to
 * come back as another. Its thread is its own; the rest is for one other thread.
 */
final class Reader extends Thread {
  /** In which way it drops. */
  enum Drops {
    /** Gives back, declines and goes away, in turn. */
    IN_TURN,
    /** Always goes away. */
    BY_DEATH
  }

  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final Duration FLUSH = Duration.ofSeconds(30);

  private final Supplier<Consumer> opening;
  private final int dropPercent;
  private final Drops drops;
  private final ConfirmedOnce judge;
  private final Latency latency;
  private final SplittableRandom random;
  private long read;
  private long dropped;
  private long misses;
  private volatile Consumer consumer;
  private volatile boolean ended;
  private volatile @Nullable RuntimeException broken;

  /**
   * @param opening makes a consumer of the queue
   * @param latency gets times from the stamps on items to their first arrival
   */
  Reader(
      int number,
      Supplier<Consumer> opening,
      int dropPercent,
      Drops drops,
      ConfirmedOnce judge,
      Latency latency) {
    super("bench-reader-" + number);
    this.opening = opening;
    this.dropPercent = dropPercent;
    this.drops = drops;
    this.judge = judge;
    this.latency = latency;
    this.random = new SplittableRandom(number);
    this.consumer = opening.get();
  }

  @Override
  public void run() {
    try {
      while (!ended) {
        Optional<ReceivedMessage> item = consumer.receive(WAIT);
        if (item.isEmpty()) {
          misses++;
        } else {
          deal(item.get());
        }
      }
    } catch (RuntimeException e) {
      if (!ended) {
        broken = e;
      }
    }
  }

  private void deal(ReceivedMessage item) {
    read++;
    // The first item comes before connections and partition are ready.
    if (item.redeliveries() == 0 && Bodies.number(item.body()) > 0) {
      latency.record(System.nanoTime() - Bodies.timeNanos(item.body()));
    }
    if (random.nextInt(100) >= dropPercent) {
      judge.confirm(item);
      consumer.acknowledge(item);
      return;
    }
    long way = drops == Drops.BY_DEATH ? 2 : dropped % 3;
    dropped++;
    if (way == 0) {
      consumer.release(item);
    } else if (way == 1) {
      consumer.retry(item, Duration.ZERO);
    } else {
      consumer.close();
      consumer = opening.get();
    }
  }

  /**
   * Why it stopped too early.
   *
   * @throws RuntimeException in that case
   */
  void requireWhole() {
    RuntimeException why = broken;
    if (why != null) {
      throw why;
    }
  }

  /** Waits until what it has confirmed is durable. */
  void flush() {
    consumer.flushAcknowledgements(FLUSH);
  }

  /** Ends it, whatever it is doing. */
  void end() throws InterruptedException {
    ended = true;
    consumer.close();
    join();
    // It may have come back as another meanwhile.
    consumer.close();
  }

  /** Items it got, the same one perhaps again; after the end. */
  long read() {
    return read;
  }

  /** Items it did not confirm; after the end. */
  long dropped() {
    return dropped;
  }

  /** How often it waited for nothing; after the end. */
  long misses() {
    return misses;
  }
}

package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Producers that publish numbered messages, as fast as they are confirmed or at a fixed rate. A few
 * threads drive them in turn, so that many producers cost no threads. Messages are counted by
 * producer from 0 on; the first of each is confirmed before the clock starts, which makes
 * connections and partitions ready.
 *
 * <p>For one thread, which starts it and awaits its end.
 */
public final class Publishing implements AutoCloseable {
  private static final int MOST_THREADS = 8;

  /** Of unpaced messages, the confirmations of one in so many are timed. */
  private static final int SAMPLING = 16;

  private final List<Producer> producers;
  private final Bodies bodies;
  private final long count;
  private final long perSecond;
  private final Latency latency;
  private final int firstId;
  private final List<Driver> drivers = new ArrayList<>();
  private long startedNanos;

  /**
   * What came of it.
   *
   * @param messages that were published in that time, all of them confirmed unless failed
   * @param nanos from the first send to the last confirmation
   * @param failed messages that were not confirmed
   * @param why the first failure
   */
  public record Outcome(long messages, long nanos, long failed, @Nullable Throwable why) {
    public double perSecond() {
      return messages * 1e9 / nanos;
    }
  }

  /**
   * @param producers to be closed with this
   * @param count of all messages; at least one a producer
   * @param perSecond of all producers together; 0: as fast as possible
   * @param latency gets times from when a message was due to its confirmation
   */
  public Publishing(
      List<Producer> producers, Bodies bodies, long count, long perSecond, Latency latency) {
    this(producers, 0, bodies, count, perSecond, latency);
  }

  /**
   * The same, with producers that are numbered from elsewhere on.
   *
   * @param firstId what the first producer writes on its messages
   */
  public Publishing(
      List<Producer> producers,
      int firstId,
      Bodies bodies,
      long count,
      long perSecond,
      Latency latency) {
    this.firstId = firstId;
    this.producers = List.copyOf(producers);
    this.bodies = bodies;
    this.count = count;
    this.perSecond = perSecond;
    this.latency = latency;
  }

  /** How many messages each producer sends. */
  public static long[] shares(long count, int producers) {
    long[] shares = new long[producers];
    for (int i = 0; i < producers; i++) {
      shares[i] = count / producers + (i < count % producers ? 1 : 0);
    }
    return shares;
  }

  /** Publishes all, and returns when all are confirmed or have failed. */
  public Outcome run() throws InterruptedException {
    prepare();
    start();
    return await();
  }

  /** Publishes the first message of each producer. */
  public void prepare() {
    byte[] body = bodies.template();
    Message message = Message.of(body);
    List<CompletableFuture<Confirmation>> first = new ArrayList<>();
    for (int i = 0; i < producers.size(); i++) {
      Bodies.stamp(body, firstId + i, 0, System.nanoTime());
      first.add(producers.get(i).send(message));
    }
    Failures.join(CompletableFuture.allOf(first.toArray(CompletableFuture<?>[]::new)));
  }

  /** Starts the clock. */
  public void start() {
    int threads = perSecond > 0 ? 1 : Math.min(producers.size(), MOST_THREADS);
    for (int i = 0; i < threads; i++) {
      drivers.add(new Driver(i, threads));
    }
    startedNanos = System.nanoTime();
    drivers.forEach(Thread::start);
  }

  /** Returns when all are confirmed or have failed. */
  public Outcome await() throws InterruptedException {
    long failed = 0;
    long ended = startedNanos;
    Throwable why = null;
    for (Driver driver : drivers) {
      try {
        driver.join();
      } catch (InterruptedException e) {
        // For what is closed next, which does not wait then.
        Thread.currentThread().interrupt();
        throw e;
      }
      if (driver.broken != null) {
        throw new IllegalStateException("a thread that publishes has ended", driver.broken);
      }
      failed += driver.window.failed();
      ended = Math.max(ended, driver.endedNanos);
      why = why == null ? driver.window.why() : why;
    }
    return new Outcome(count - producers.size(), Math.max(1, ended - startedNanos), failed, why);
  }

  @Override
  public void close() {
    drivers.forEach(Driver::interrupt);
    producers.forEach(Producer::close);
  }

  /** Drives every n-th producer. */
  private final class Driver extends Thread {
    private final int first;
    private final int step;
    private final Window window = new Window();
    private final long[] shares = shares(count, producers.size());
    private final byte[] body = bodies.template();
    private final Message message = Message.of(body);
    private long sent;
    private long endedNanos;
    private @Nullable Throwable broken;

    Driver(int first, int step) {
      super("bench-publisher-" + first);
      this.first = first;
      this.step = step;
    }

    @Override
    public void run() {
      try {
        boolean more = true;
        for (long number = 1; more && !isInterrupted(); number++) {
          more = false;
          for (int i = first; i < producers.size(); i += step) {
            if (number < shares[i]) {
              send(i, number);
              more = true;
            }
          }
        }
        for (int i = first; i < producers.size(); i += step) {
          producers.get(i).flush();
        }
        endedNanos = System.nanoTime();
        window.settle();
      } catch (RuntimeException e) {
        broken = e;
      }
    }

    private void send(int producer, long number) {
      long due = perSecond > 0 ? awaitTurn() : System.nanoTime();
      Bodies.stamp(body, firstId + producer, number, due);
      CompletableFuture<Confirmation> future = producers.get(producer).send(message);
      window.add(future);
      if (perSecond > 0 || sent % SAMPLING == 0) {
        var unused = future.thenRun(() -> latency.record(System.nanoTime() - due));
      }
      sent++;
    }

    /** The moment at which the next message was to be sent, whether that is late or not. */
    private long awaitTurn() {
      long due = startedNanos + (long) (sent * (double) TimeUnit.SECONDS.toNanos(1) / perSecond);
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
        if (isInterrupted()) {
          throw new IllegalStateException("interrupted");
        }
      }
      return due;
    }
  }
}

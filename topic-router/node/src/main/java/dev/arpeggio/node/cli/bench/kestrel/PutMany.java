package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.node.cli.bench.Report.Goal;
import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Bodies;
import dev.arpeggio.node.cli.bench.load.Latency;
import dev.arpeggio.node.cli.bench.load.MessageOptions;
import dev.arpeggio.node.cli.bench.load.Publishing;
import dev.arpeggio.node.cli.bench.load.Rig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each put the next items when those before are confirmed. They need no threads of
 * their own: a confirmation sends what comes next, from the client's thread.
 */
final class PutMany implements Bench.Measurement {
  /** Three times what Kestrel's README shows, for what it shows. */
  private static final double GOAL = 3 * 16_294;

  private final Rig rig;
  private final MessageOptions messages;
  private final long count;
  private final int clients;
  private final int rollUp;

  PutMany(Rig rig, MessageOptions messages, long count, int clients, int rollUp) {
    this.rig = rig;
    this.messages = messages;
    this.count = count;
    this.clients = clients;
    this.rollUp = rollUp;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    String topic = rig.newTopic(messages.topic());
    round.progress("put");
    Latency latency = new Latency();
    long[] shares = Publishing.shares(count, clients);
    Progress progress = new Progress(clients);
    List<Putter> putters = new ArrayList<>();
    Publishing.Outcome outcome;
    try {
      for (int i = 0; i < clients; i++) {
        putters.add(new Putter(rig.client(i).producer(topic), i, shares[i], latency, progress));
      }
      putters.forEach(Putter::prepare);
      long started = System.nanoTime();
      putters.forEach(Putter::putNext);
      rig.await(progress.ended, progress.confirmed::get, "nothing was confirmed any more");
      outcome =
          new Publishing.Outcome(
              count - clients,
              Math.max(1, System.nanoTime() - started),
              progress.failed.get(),
              progress.why.get());
    } finally {
      putters.forEach(putter -> putter.producer.close());
    }
    round.rate("put", outcome.perSecond(), messages.size(), goal());
    round.latency("put", latency, null);
    round.errors(outcome);
    long stored = rig.stored(topic);
    Bench.require(
        outcome.failed() > 0 || stored == count,
        "%d items were put, and %d are stored".formatted(count, stored));
    rig.delete(topic);
  }

  private @Nullable Goal goal() {
    return clients == 100 && rollUp == 1 && messages.size() == 1_024 ? Goal.atLeast(GOAL) : null;
  }

  /** How far all of them are. */
  private static final class Progress {
    private final CountDownLatch ended;
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> why = new AtomicReference<>();

    Progress(int clients) {
      ended = new CountDownLatch(clients);
    }
  }

  /** One client. On the thread that starts it, then on that of its client. */
  private final class Putter {
    private final Producer producer;
    private final int id;
    private final long share;
    private final Latency latency;
    private final Progress progress;
    private final byte[] body = messages.bodies().template();
    private final Message message = Message.of(body);
    private long sent;
    private long unconfirmed;
    private long startedNanos;
    private boolean broken;

    Putter(Producer producer, int id, long share, Latency latency, Progress progress) {
      this.producer = producer;
      this.id = id;
      this.share = share;
      this.latency = latency;
      this.progress = progress;
    }

    /** Puts the first one, which makes connection and partition ready. */
    void prepare() {
      Bodies.stamp(body, id, sent++, 0);
      producer.send(message).join();
    }

    void putNext() {
      if (broken || sent == share) {
        progress.ended.countDown();
        return;
      }
      // Set before anything is sent: the first confirmation may be here before the last send.
      long most = Math.min(rollUp, share - sent);
      unconfirmed = most;
      startedNanos = System.nanoTime();
      for (long i = 0; i < most; i++) {
        Bodies.stamp(body, id, sent++, startedNanos);
        var unused = producer.send(message).whenComplete((confirmation, e) -> settled(e));
      }
    }

    private void settled(@Nullable Throwable error) {
      if (error == null) {
        progress.confirmed.incrementAndGet();
      } else {
        progress.failed.incrementAndGet();
        progress.why.compareAndSet(null, error);
        broken = true;
      }
      if (--unconfirmed == 0) {
        latency.record(System.nanoTime() - startedNanos);
        putNext();
      }
    }
  }
}

package dev.arpeggio.queue.faults;

import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Messages;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.faults.Ledger.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes numbered messages as the client library does: many batches under way, and after a
 * refusal or a change of owner everything unconfirmed again, oldest first, under the same
 * sequences.
 */
final class TrafficProducer {
  private static final Duration BACKOFF = Duration.ofMillis(20);
  private static final String PADDING = " ".repeat(80);

  private final Owners owners;
  private final Ledger ledger;
  private final int number;
  private final ProducerId id;
  private final Traffic.Shape shape;
  private final Random random;
  private final Worker worker;
  private final LinkedBlockingQueue<Result> results = new LinkedBlockingQueue<>();
  private final TreeMap<Long, Batch> unconfirmed = new TreeMap<>();
  private final Map<QueueException.Reason, Integer> failures = new ConcurrentHashMap<>();
  private volatile long nextSequence;
  private long stream;
  private volatile boolean stopping;

  private record Result(long stream, Batch batch, @Nullable QueueException error) {}

  TrafficProducer(Owners owners, Ledger ledger, int number, Traffic.Shape shape, long seed) {
    this.owners = owners;
    this.ledger = ledger;
    this.number = number;
    this.id = new ProducerId(seed, number);
    this.shape = shape;
    this.random = new Random(seed);
    this.worker = new Worker("producer-" + number, this::run);
  }

  void start() {
    worker.start();
  }

  static Item itemOf(String text) {
    int dash = text.indexOf('-');
    return new Item(
        Integer.parseInt(text.substring(0, dash)),
        Long.parseLong(text.substring(dash + 1).strip()));
  }

  boolean hasSentAll() {
    return nextSequence == shape.messages();
  }

  /** Sends nothing new any more. */
  void stop() {
    stopping = true;
  }

  /** Refusals so far, by reason. */
  Map<QueueException.Reason, Integer> failures() {
    return new TreeMap<>(failures);
  }

  private void run() throws InterruptedException {
    while (!worker.isEnding()) {
      Owners.Generation owner = owners.current();
      if (owner == null) {
        TimeUnit.NANOSECONDS.sleep(BACKOFF.toNanos());
      } else {
        streamTo(owner);
      }
    }
  }

  private void streamTo(Owners.Generation owner) throws InterruptedException {
    stream++;
    for (Batch batch : List.copyOf(unconfirmed.values())) {
      send(owner, batch);
    }
    while (!worker.isEnding() && isStillOwner(owner)) {
      if (maySend()) {
        Batch batch = next();
        unconfirmed.put(batch.firstSequence(), batch);
        send(owner, batch);
      }
      Result result = results.poll(shape.pause().toNanos(), TimeUnit.NANOSECONDS);
      for (; result != null; result = results.poll()) {
        if (result.error() == null) {
          confirmed(result.batch());
        } else {
          failures.merge(result.error().reason(), 1, Integer::sum);
          if (result.stream() == stream) {
            TimeUnit.NANOSECONDS.sleep(BACKOFF.toNanos());
            return;
          }
        }
      }
    }
  }

  private boolean isStillOwner(Owners.Generation owner) {
    Owners.Generation now = owners.current();
    return now != null && now.number() == owner.number();
  }

  private boolean maySend() {
    return !stopping && nextSequence < shape.messages() && unconfirmed.size() < shape.window();
  }

  private Batch next() {
    var texts = new ArrayList<String>();
    long left = shape.messages() - nextSequence;
    int count = (int) Math.min(left, 1 + random.nextInt(shape.batch()));
    long first = nextSequence;
    for (int i = 0; i < count; i++) {
      var item = new Item(number, first + i);
      ledger.sent(item);
      texts.add(item + PADDING);
    }
    nextSequence = first + count;
    return Messages.batch(id, first, texts);
  }

  private void confirmed(Batch batch) {
    // Also a confirmation that comes late counts.
    unconfirmed.remove(batch.firstSequence());
    for (int i = 0; i < batch.count(); i++) {
      ledger.confirmed(new Item(number, batch.firstSequence() + i));
    }
  }

  private void send(Owners.Generation owner, Batch batch) {
    long on = stream;
    try {
      owner
          .node()
          .loop
          .execute(
              () ->
                  owner
                      .partition()
                      .partition
                      .append(
                          batch,
                          Completion.of(
                              appended -> results.add(new Result(on, batch, null)),
                              error -> results.add(new Result(on, batch, error)))));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the node has ended before its producer", e);
    }
  }

  void end() {
    worker.end();
  }
}

package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.StoredPartition;
import dev.arpeggio.simulator.EventKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A producer: sends numbered messages in batches, several in flight, over a stream that ends at its
 * first refusal; then it sends what is not confirmed once more, oldest first, to whoever it takes
 * for the owner.
 */
final class Publisher {
  private static final int WINDOW = 8;
  private static final long PATIENCE_NANOS = 6_000_000_000L;

  private final OwnersWorld world;
  private final SplittableRandom random;
  private final ProducerId id;
  private final String name;
  private final Plan plan;
  private final ArrayDeque<Sent> unconfirmed = new ArrayDeque<>();
  private long nextSequence;
  private @Nullable Stream stream;
  private long progressNanos;

  private record Sent(Batch batch, List<String> texts) {}

  /** One attempt at one life of a node. Identity matters. */
  private final class Stream {
    private final OwnerNode node;
    private final Wire up;
    private final Wire down;
    private boolean refused;

    Stream(OwnerNode node) {
      this.node = node;
      this.up = world.wire();
      this.down = world.wire();
    }

    void send(Sent sent) {
      up.send(EventKind.REQUEST, () -> node.loop().execute(() -> arrive(sent)));
    }

    private void arrive(Sent sent) {
      if (refused) {
        return;
      }
      OwnerNode.Opened opened = node.served();
      if (opened == null) {
        refuse();
        return;
      }
      opened
          .partition()
          .append(
              sent.batch(),
              Completion.of(
                  appended -> {
                    world.ledger().confirmed(sent.texts(), appended);
                    opened.confirmed(sent.texts());
                    down.send(EventKind.RESPONSE, () -> confirmed(this, sent));
                  },
                  this::failed));
    }

    private void failed(QueueException why) {
      if (!why.isRetryable() && why.reason() != QueueException.Reason.OUT_OF_SEQUENCE) {
        throw new Breach(Rule.NO_BUG, name + " is refused: " + why.getMessage());
      }
      refuse();
    }

    private void refuse() {
      if (!refused) {
        refused = true;
        down.send(EventKind.FAILURE, () -> ended(this));
      }
    }

    void close() {
      refused = true;
      up.close();
      down.close();
    }
  }

  Publisher(OwnersWorld world, SplittableRandom random, int number, Plan plan) {
    this.world = world;
    this.plan = plan;
    this.random = random;
    this.id = new ProducerId(0, number);
    this.name = "p" + number;
  }

  void start() {
    progressNanos = world.time().nowNanos();
    produce();
    watch();
  }

  boolean isDone() {
    return unconfirmed.isEmpty();
  }

  private void later(long nanos, Runnable task) {
    world.time().schedule(nanos, EventKind.TIMER, -1, 0, task);
  }

  private void produce() {
    if (world.isCalm()) {
      return;
    }
    if (unconfirmed.size() < WINDOW) {
      Sent sent = next();
      unconfirmed.addLast(sent);
      if (stream != null) {
        stream.send(sent);
      }
    }
    later(random.nextLong(1_000_000, 80_000_000), this::produce);
  }

  private Sent next() {
    int count = 1 + random.nextInt(5);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String padding = "x".repeat(random.nextInt(plan.longestText()));
      samples.add(plan.features().sample(random, name + "-" + (nextSequence + i), padding));
    }
    List<String> texts = samples.stream().map(Sample::text).toList();
    world.ledger().publish(texts);
    Sent sent =
        new Sent(StoredPartition.batch(id, nextSequence, samples, plan.bug()::plantIn), texts);
    nextSequence += count;
    return sent;
  }

  // Whoever hears nothing for long tries somebody else.
  private void watch() {
    boolean quiet = world.time().nowNanos() - progressNanos > PATIENCE_NANOS;
    if (stream == null || !stream.node.isAlive() || (quiet && !unconfirmed.isEmpty())) {
      connect();
    }
    later(random.nextLong(100_000_000, 400_000_000), this::watch);
  }

  private void connect() {
    if (stream != null) {
      stream.close();
    }
    Stream created = new Stream(world.anyNode(random));
    stream = created;
    progressNanos = world.time().nowNanos();
    unconfirmed.forEach(created::send);
  }

  private void confirmed(Stream on, Sent sent) {
    if (on == stream) {
      progressNanos = world.time().nowNanos();
      if (!unconfirmed.remove(sent)) {
        throw new Breach(Rule.NO_BUG, "a batch of " + name + " is confirmed twice on one stream");
      }
    }
  }

  private void ended(Stream ended) {
    if (ended != stream) {
      return;
    }
    ended.close();
    long wait = random.nextLong(5_000_000, 100_000_000);
    if (world.happens(Fault.LATE_REPEAT, random)) {
      wait += random.nextLong(10_000_000_000L);
    }
    progressNanos = world.time().nowNanos() + wait;
    later(
        wait,
        () -> {
          if (ended == stream) {
            connect();
          }
        });
  }
}

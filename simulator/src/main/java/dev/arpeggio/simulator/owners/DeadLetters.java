package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.MovedMessage;
import dev.arpeggio.queue.Outlet;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.simulator.EventKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * The topic that dead letters go to. It keeps what a partition promises its producers: what is
 * confirmed is stored, and a repeat is recognised by the last sequence of its producer. Now and
 * then it is away, or its answer gets lost.
 */
final class DeadLetters {
  private static final long LONGEST_WAY_NANOS = 400_000_000;
  private static final long PATIENCE_NANOS = 2_000_000_000;
  private static final int AWAY_PERCENT = 15;

  private final OwnersWorld world;
  private final SplittableRandom random;
  private final Map<ProducerId, Long> lastSequences = new LinkedHashMap<>();
  private long messages;

  DeadLetters(OwnersWorld world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /** The way there from a node. */
  Outlet from(EventLoop loop) {
    return new Outlet() {
      @Override
      public void place(
          TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done) {
        loop.execute(() -> done.succeeded(new PartitionId(topic, 0)));
      }

      @Override
      public void append(PartitionId target, Batch batch, Completion<Appended> done) {
        send(batch, loop, done);
      }
    };
  }

  private void send(Batch batch, EventLoop loop, Completion<Appended> done) {
    boolean lost = !world.isCalm() && random.nextInt(100) < AWAY_PERCENT;
    boolean answerLost = !world.isCalm() && random.nextInt(100) < AWAY_PERCENT;
    after(
        lost ? PATIENCE_NANOS : random.nextLong(1, LONGEST_WAY_NANOS),
        () -> {
          if (lost) {
            loop.execute(() -> done.failed(unavailable()));
          } else if (!store(batch)) {
            loop.execute(() -> done.failed(unavailable()));
          } else if (answerLost) {
            after(PATIENCE_NANOS, () -> loop.execute(() -> done.failed(unavailable())));
          } else {
            var last = new Appended(OptionalLong.of(messages - 1));
            loop.execute(() -> done.succeeded(last));
          }
        });
  }

  private void after(long nanos, Runnable task) {
    world.time().schedule(nanos, EventKind.REQUEST, -1, 0, task);
  }

  private static QueueException unavailable() {
    return QueueException.storeUnavailable("the topic of dead letters is away", null);
  }

  /** False: a part of it is stored already, so that its repeat would not be recognised. */
  private boolean store(Batch batch) {
    ProducerId producer = batch.producer();
    if (producer != null) {
      long last = lastSequences.getOrDefault(producer, -1L);
      if (batch.firstSequence() + batch.count() - 1 <= last) {
        return true;
      }
      if (batch.firstSequence() <= last) {
        return false;
      }
      lastSequences.put(producer, batch.firstSequence() + batch.count() - 1);
    }
    for (MovedMessage moved : MovedMessage.of(batch.messages())) {
      messages++;
      world.ledger().moved(moved.subscription(), moved.text());
    }
    return true;
  }
}

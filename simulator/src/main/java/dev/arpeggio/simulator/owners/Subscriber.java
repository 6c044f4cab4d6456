package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerHandle;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.ConsumerSink;
import dev.arpeggio.queue.Delivery;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.StoredPartition;
import dev.arpeggio.queue.SubscriptionKind;
import dev.arpeggio.queue.SubscriptionSpec;
import dev.arpeggio.simulator.EventKind;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A consumer: attaches to whoever it takes for the owner, and acknowledges what it gets; some of it
 * not at once, in part, or never, as the faults of the run want it.
 */
final class Subscriber {
  private static final int CREDIT = 40;
  private static final Duration STUCK = Duration.ofSeconds(8);

  private final OwnersWorld world;
  private final SplittableRandom random;
  private final String subscription;
  private final Plan plan;
  private @Nullable Stream stream;
  private long progressNanos;

  Subscriber(OwnersWorld world, SplittableRandom random, String subscription, Plan plan) {
    this.world = world;
    this.random = random;
    this.subscription = subscription;
    this.plan = plan;
  }

  /** One attachment to one opening of the partition. Identity matters. */
  private final class Stream implements ConsumerSink {
    private final long number = world.nextConsumer();
    private final OwnerNode node;
    private final Wire up;
    private final Wire down;
    private OwnerNode.@Nullable Opened opened;
    private @Nullable ConsumerHandle handle;
    private boolean gone;

    Stream(OwnerNode node) {
      this.node = node;
      this.up = world.wire();
      this.down = world.wire();
    }

    void attach() {
      atNode(
          () -> {
            OwnerNode.Opened served = node.served();
            if (served == null) {
              refused();
              return;
            }
            opened = served;
            served
                .partition()
                .attach(
                    new SubscriptionSpec(subscription, plan.bug().plantIn(kind())),
                    new ConsumerId(1, number),
                    this,
                    Completion.of(this::attached, why -> refused()));
          });
    }

    private void attached(ConsumerHandle created) {
      handle = created;
      deliveries().attached(number);
      if (gone) {
        deliveries().left(number, true);
        created.close();
      } else {
        created.credit(CREDIT);
      }
    }

    private void refused() {
      down.send(EventKind.FAILURE, () -> ended(this));
    }

    void atNode(Runnable task) {
      up.send(EventKind.REQUEST, () -> node.loop().execute(task));
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void deliver(Delivery delivery) {
      OffsetRange range = new OffsetRange(delivery.firstOffset(), delivery.count());
      long now = world.time().nowNanos();
      List<String> texts = StoredPartition.texts(delivery.messages());
      opened().delivered(range);
      deliveries().delivered(range.first(), texts, number, now, now + plan.lease().toNanos());
      world.ledger().delivered(world.clientOf(node), subscription, range.first(), texts);
      down.send(EventKind.RESPONSE, () -> received(this, range));
    }

    @Override
    public void closed(QueueException why) {
      refused();
    }

    private OwnerNode.Opened opened() {
      if (opened == null) {
        throw new IllegalStateException("not attached");
      }
      return opened;
    }

    private Deliveries deliveries() {
      return opened().deliveries(subscription);
    }

    void acknowledge(List<OffsetRange> ranges, int credit) {
      world.ledger().acknowledging(subscription, ranges);
      atNode(
          () -> {
            if (handle != null) {
              deliveries().acknowledged(ranges);
              handle.acknowledge(
                  ranges,
                  Completion.of(
                      done -> world.ledger().acknowledged(subscription, ranges), why -> {}));
              handle.credit(credit);
            }
          });
    }

    void release(OffsetRange range) {
      atNode(
          () -> {
            if (handle != null) {
              deliveries().released(range, number);
              handle.release(List.of(range));
              handle.credit(Math.toIntExact(range.count()));
            }
          });
    }

    /** It could not process these: they come back, and that counts. */
    void retry(OffsetRange range) {
      atNode(
          () -> {
            if (handle != null) {
              deliveries().released(range, number);
              handle.retryLater(List.of(range));
              handle.credit(Math.toIntExact(range.count()));
            }
          });
    }

    /** Nobody will ever process these. */
    void reject(OffsetRange range) {
      world.ledger().rejecting(subscription, range);
      atNode(
          () -> {
            if (handle != null) {
              deliveries().acknowledged(List.of(range));
              handle.reject(List.of(range), "no use", Completion.of(done -> {}, why -> {}));
              handle.credit(Math.toIntExact(range.count()));
            }
          });
    }

    /** Goes; what it holds comes back at once, or after the lease if nobody noticed. */
    void leave(boolean noticed) {
      atNode(
          () -> {
            gone = true;
            if (handle != null) {
              deliveries().left(number, noticed);
              if (noticed) {
                handle.close();
              } else {
                handle.detach();
              }
            }
          });
      down.close();
    }
  }

  private SubscriptionKind kind() {
    return plan.features().kind(subscription);
  }

  void start() {
    progressNanos = world.time().nowNanos();
    watch();
  }

  private void later(long nanos, Runnable task) {
    world.time().schedule(nanos, EventKind.TIMER, -1, 0, task);
  }

  private void watch() {
    Stream current = stream;
    if (current == null || !current.node.isAlive()) {
      connect();
    } else if (world.time().nowNanos() - progressNanos > STUCK.toNanos()) {
      current.leave(true);
      connect();
    } else if (world.happens(Fault.VANISH, random)) {
      current.leave(random.nextBoolean());
      connect();
    }
    later(random.nextLong(100_000_000, 600_000_000), this::watch);
  }

  private void connect() {
    Stream created = new Stream(world.anyNode(random));
    stream = created;
    progressNanos = world.time().nowNanos();
    created.attach();
  }

  private void ended(Stream ended) {
    if (ended == stream) {
      stream = null;
    }
  }

  private void received(Stream on, OffsetRange range) {
    if (on != stream) {
      return;
    }
    progressNanos = world.time().nowNanos();
    long wait = random.nextLong(100_000, 20_000_000);
    if (world.happens(Fault.DAWDLE, random)) {
      wait += plan.lease().toNanos() + random.nextLong(1_000_000_000);
    }
    later(wait, () -> process(on, range));
  }

  private void process(Stream on, OffsetRange range) {
    int count = Math.toIntExact(range.count());
    if (plan.features().hasDeadLetters() && random.nextInt(8) == 0) {
      if (random.nextInt(3) == 0) {
        on.reject(range);
      } else {
        on.retry(range);
      }
    } else if (count > 1 && world.happens(Fault.PARTIAL_ACK, random)) {
      int some = 1 + random.nextInt(count - 1);
      long first = range.first() + random.nextInt(count - some + 1);
      on.acknowledge(List.of(new OffsetRange(first, some)), count);
    } else if (world.happens(Fault.RELEASE, random)) {
      on.release(range);
    } else {
      on.acknowledge(List.of(range), count);
    }
  }
}

package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A durable position in a partition: brings together what is not acknowledged, what is with whom,
 * who wants more, and what of that is stored.
 */
final class Subscription implements Consumers.Source {
  private final String name;
  private final OwnerContext context;
  private final Owner owner;
  private final Backlog backlog;
  private final Durability durability;
  private final Leases leases = new Leases();
  private final Consumers consumers = new Consumers();
  private boolean pumping;
  private boolean pumpAgain;
  private @Nullable QueueException ended;
  private EventLoop.@Nullable Timer leaseTimer;

  /** Who stores the state. */
  interface Owner {
    /** There is something to store. */
    void changed(Subscription subscription);

    /** Somebody waits, until the deadline at the latest, for something to be stored. */
    void waiting();
  }

  private Subscription(
      String name, OwnerContext context, Owner owner, Backlog backlog, Durability durability) {
    this.name = name;
    this.context = context;
    this.owner = owner;
    this.backlog = backlog;
    this.durability = durability;
  }

  /** A subscription that is not stored yet, at the earliest retained message. */
  static Subscription create(
      String name, OwnerContext context, Log log, BodyMemory memory, Owner owner) {
    return new Subscription(
        name,
        context,
        owner,
        Backlog.ofEverything(log, memory),
        Durability.ofNew(context, owner::waiting));
  }

  /**
   * A subscription as a former owner left it.
   *
   * @throws QueueException STORE_CORRUPT if it lies beyond the log
   */
  static Subscription restore(
      String name,
      OwnerContext context,
      Log log,
      BodyMemory memory,
      Owner owner,
      Cursor cursor,
      String path)
      throws QueueException {
    return new Subscription(
        name,
        context,
        owner,
        Backlog.restore(log, memory, cursor, path),
        Durability.ofStored(context, owner::waiting));
  }

  String name() {
    return name;
  }

  long floor() {
    return backlog.floor();
  }

  /** Nothing from here on is acknowledged. */
  long acknowledgedTo() {
    return backlog.acknowledgedTo();
  }

  /** Where the next delivery is taken from, as far as can be told. */
  long position() {
    return backlog.position();
  }

  PartitionStats.SubscriptionStats stats() {
    return new PartitionStats.SubscriptionStats(
        name, backlog.floor(), backlog.size(), leases.size(), consumers.size());
  }

  /** What of the state is stored, and who waits for that. */
  Durability durability() {
    return durability;
  }

  byte[] encode() {
    return backlog.toCursor(leases.redelivered()).encode();
  }

  // ---- Consumers.

  /** Attaches a consumer; one with the same id goes. */
  AttachedConsumer attach(ConsumerId id, ConsumerSink sink) throws QueueException {
    AttachedConsumer former = consumers.find(id);
    if (former != null && former.detachOnce()) {
      remove(former, true);
      former.closed(QueueException.subscriptionBusy(name, "the consumer attached again"));
    }
    var consumer = new AttachedConsumer(this, id, sink);
    consumers.add(consumer);
    return consumer;
  }

  void remove(AttachedConsumer consumer, boolean endLeases) {
    consumers.remove(consumer);
    if (endLeases) {
      comeBack(leases.endAll(consumer.leases()));
    }
  }

  void giveBack(AttachedConsumer consumer, List<OffsetRange> ranges) {
    var ended = new ArrayList<Redeliveries.Redelivery>();
    for (OffsetRange range : ranges) {
      ended.addAll(leases.endOf(consumer.leases(), range.first(), range.end()));
    }
    comeBack(ended);
  }

  /** Ends everything; nothing is stored any more. */
  void end(QueueException why) {
    ended = why;
    if (leaseTimer != null) {
      leaseTimer.cancel();
      leaseTimer = null;
    }
    closeSinks(why);
    durability.failWaiters(why);
  }

  /** Takes all consumers off. */
  void closeSinks(QueueException why) {
    for (AttachedConsumer consumer : consumers.all()) {
      if (consumer.detachOnce()) {
        remove(consumer, false);
        consumer.closed(why);
      }
    }
  }

  // ---- Acknowledging, and coming back.

  void acknowledge(List<OffsetRange> ranges, Completion<Done> done) {
    if (ended != null) {
      done.failed(ended);
      return;
    }
    boolean news = false;
    try {
      for (OffsetRange range : ranges) {
        if (backlog.acknowledge(range)) {
          leases.end(range.first(), range.end());
          news = true;
        }
      }
    } catch (QueueException e) {
      if (news) {
        changed();
      }
      done.failed(e);
      return;
    }
    if (news) {
      // Waits for the version that this makes, and must do so before the commit is cut.
      durability.advance();
      durability.whenDurable(done);
      owner.changed(this);
    } else {
      durability.whenDurable(done);
    }
    pump();
  }

  /** Takes messages out that are deleted. */
  void forget(long first, long end) {
    if (backlog.forget(first, end) > 0) {
      leases.end(first, end);
      changed();
    }
  }

  /** Adds the messages of this range that are not acknowledged. */
  void addUnacknowledged(long first, long end, RangeSet to) {
    backlog.addUnacknowledged(first, end, to);
  }

  private void changed() {
    durability.advance();
    owner.changed(this);
  }

  private void comeBack(List<Redeliveries.Redelivery> returned) {
    if (returned.isEmpty()) {
      return;
    }
    backlog.comeBack(returned);
    changed();
    pump();
  }

  private void armLeaseTimer() {
    Long deadline = leases.firstDeadlineNanos();
    if (leaseTimer != null || deadline == null || ended != null) {
      return;
    }
    long wait = Math.max(0, deadline - context.loop().nanoTime());
    leaseTimer =
        context
            .loop()
            .schedule(
                Duration.ofNanos(wait),
                () -> {
                  leaseTimer = null;
                  comeBack(leases.expire(context.loop().nanoTime()));
                  armLeaseTimer();
                });
  }

  // ---- Delivering.

  /** Delivers what can be delivered. A sink may call back into the subscription. */
  void pump() {
    if (ended != null || consumers.isEmpty()) {
      return;
    }
    if (pumping) {
      pumpAgain = true;
      return;
    }
    pumping = true;
    try {
      do {
        pumpAgain = false;
        consumers.serve(this);
      } while (pumpAgain && ended == null);
    } finally {
      pumping = false;
    }
    armLeaseTimer();
  }

  @Override
  public Backlog.@Nullable Chunk next(int most) {
    return backlog.next(most, leases.size());
  }

  @Override
  public void deliver(AttachedConsumer consumer, Backlog.Chunk chunk) {
    long deadline = context.loop().nanoTime() + context.options().lease().toNanos();
    backlog.take(chunk);
    leases.grant(consumer.leases(), chunk.first(), chunk.end(), deadline, chunk.redeliveries());
    consumer.deliver(chunk.toDelivery());
  }
}

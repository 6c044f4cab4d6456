package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A durable position in a partition: brings together what is not acknowledged, what is with whom,
 * who wants more, and what of that is stored.
 */
final class Subscription implements Dispatch.Source, Backlog.Events {
  private final String name;
  private final SubscriptionKind kind;
  private final OwnerContext context;
  private final Owner owner;
  private final Backlog backlog;
  private final Durability durability;
  private final Leases leases = new Leases();
  private final Consumers consumers;
  private long deliveries;
  private long expired;
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
      String name, SubscriptionKind kind, Home home, Owner owner, Durability durability) {
    this.name = name;
    this.kind = kind;
    this.context = home.context();
    this.owner = owner;
    var keys = kind == SubscriptionKind.KEY_SHARED ? new KeyOrder() : null;
    this.backlog = Backlog.ofEverything(home, this, keys);
    this.consumers = new Consumers(keys == null ? Dispatch.of(kind) : keys);
    this.durability = durability;
  }

  private Subscription(
      String name, Home home, Owner owner, Durability durability, Cursor cursor, String path)
      throws QueueException {
    this.name = name;
    this.kind = cursor.kind();
    this.context = home.context();
    this.owner = owner;
    var keys = kind == SubscriptionKind.KEY_SHARED ? new KeyOrder() : null;
    this.backlog = Backlog.restore(home, this, keys, cursor, path);
    this.consumers = new Consumers(keys == null ? Dispatch.of(kind) : keys);
    this.durability = durability;
  }

  /** A subscription that is not stored yet, at the earliest retained message. */
  static Subscription create(String name, SubscriptionKind kind, Home home, Owner owner) {
    return new Subscription(
        name, kind, home, owner, Durability.ofNew(home.context(), owner::waiting));
  }

  /**
   * A subscription as a former owner left it.
   *
   * @throws QueueException STORE_CORRUPT if it lies beyond the log
   */
  static Subscription restore(String name, Home home, Owner owner, Cursor cursor, String path)
      throws QueueException {
    return new Subscription(
        name, home, owner, Durability.ofStored(home.context(), owner::waiting), cursor, path);
  }

  String name() {
    return name;
  }

  SubscriptionKind kind() {
    return kind;
  }

  long floor() {
    return backlog.floor();
  }

  /** Nothing from here on is acknowledged. */
  long acknowledgedTo() {
    return backlog.acknowledgedTo();
  }

  /** Where the next deliveries are taken from, as far as can be told. */
  List<Long> positions() {
    return backlog.positions();
  }

  PartitionStats.SubscriptionStats stats() {
    return new PartitionStats.SubscriptionStats(
        name, kind, backlog.floor(), backlog.size(), leases.size(), expired, consumers.size());
  }

  /** What of the state is stored, and who waits for that. */
  Durability durability() {
    return durability;
  }

  byte[] encode() {
    return backlog.toCursor(kind, leases.redelivered()).encode();
  }

  // ---- Consumers.

  /**
   * Attaches a consumer; one with the same id goes, and leaves its place.
   *
   * @throws QueueException SUBSCRIPTION_BUSY, LIMIT_EXCEEDED
   */
  AttachedConsumer attach(ConsumerId id, ConsumerSink sink) throws QueueException {
    var consumer = new AttachedConsumer(this, id, sink);
    AttachedConsumer former = consumers.find(id);
    if (former != null && former.detachOnce()) {
      consumers.replace(former, consumer);
      comeBack(leases.endAll(former.leases()));
      former.closed(QueueException.subscriptionBusy(name, "the consumer attached again"));
    } else if (kind == SubscriptionKind.EXCLUSIVE && !consumers.isEmpty()) {
      throw QueueException.subscriptionBusy(name, "it is exclusive, and has a consumer");
    } else {
      consumers.add(consumer);
    }
    return consumer;
  }

  void remove(AttachedConsumer consumer, boolean endLeases) {
    consumers.remove(consumer);
    if (endLeases) {
      comeBack(leases.endAll(consumer.leases()));
    }
    // Somebody may have waited for this one to go.
    pump();
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
    backlog.stop();
    closeSinks(why);
    durability.failWaiters(why);
  }

  /** Takes all consumers off. */
  void closeSinks(QueueException why) {
    for (AttachedConsumer consumer : consumers.all()) {
      if (consumer.detachOnce()) {
        consumers.remove(consumer);
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

  // ---- The passing of time.

  @Override
  public void ready() {
    pump();
  }

  /** Delayed messages may be delivered now. */
  void due(Segment segment, long first, long end) {
    backlog.due(segment, first, end);
  }

  /** Takes out what was deleted, or has expired, before there was this subscription. */
  void catchUp() {
    backlog.catchUp();
  }

  /** Messages have expired. */
  void expire(Segment segment, long first, long end) {
    backlog.expire(segment, first, end);
  }

  @Override
  public void expired(List<OffsetRange> ranges) {
    for (OffsetRange range : ranges) {
      expired += backlog.forget(range.first(), range.end());
    }
    changed();
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
  public Backlog.@Nullable Chunk next(int most, IntPredicate wantsNew) {
    return backlog.next(most, leases.size(), wantsNew);
  }

  @Override
  public void keep(Backlog.Chunk chunk) {
    backlog.take(chunk);
  }

  @Override
  public Backlog.@Nullable Chunk kept(Lanes.Found messages, int most) {
    return backlog.kept(messages, most, leases.size());
  }

  @Override
  public void deliver(AttachedConsumer consumer, Backlog.Chunk chunk) {
    long deadline = context.loop().nanoTime() + context.options().lease().toNanos();
    backlog.take(chunk);
    leases.grant(consumer.leases(), chunk.first(), chunk.end(), deadline, chunk.redeliveries());
    consumer.deliver(chunk.toDelivery(), ++deliveries);
  }
}

package dev.arpeggio.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A durable position in a partition: brings together what is not acknowledged, what is with whom,
 * who wants more, what comes back or goes elsewhere, and what of that is stored.
 */
final class Subscription implements Pump.Work, Backlog.Events, Mover.Source {
  private final String name;
  private final SubscriptionKind kind;
  private final EventLoop loop;
  private final Owner owner;
  private final Backlog backlog;
  private final Durability durability;
  private final Mover mover;
  private final Returns returns;
  private final Leases leases = new Leases();
  private final Consumers consumers;
  private final Pump pump;
  private final TopicConfig.Expiry expiry;
  private long expired;
  private @Nullable QueueException ended;
  private @Nullable Redrive redrive;
  private boolean deleted;
  // Counts the seeks: acknowledgements of what was delivered before one mean something else.
  private int course;
  private long idleSinceNanos;

  /** Who stores the state. */
  interface Owner {
    /** There is something to store. */
    void changed(Subscription subscription);

    /** Somebody waits, until the deadline at the latest, for something to be stored. */
    void waiting();

    /** That it is deleted is on disk. */
    void deleted(Subscription subscription);
  }

  /** Makes the backlog. */
  private interface BacklogMaker {
    Backlog make(Backlog.Events events, Backlog.@Nullable Kept kept) throws QueueException;
  }

  private Subscription(
      String name,
      SubscriptionKind kind,
      Home home,
      Owner owner,
      Durability durability,
      BacklogMaker backlog)
      throws QueueException {
    this.name = name;
    this.kind = kind;
    this.loop = home.loop();
    TopicConfig.Redelivery redelivery = home.config().redelivery();
    this.owner = owner;
    this.durability = durability;
    this.expiry = home.config().expiry();
    var keys = kind == SubscriptionKind.KEY_SHARED ? new KeyOrder() : null;
    this.backlog = backlog.make(this, keys);
    this.consumers = new Consumers(keys == null ? dispatch(kind, home) : keys);
    this.mover = new Mover(home.context(), home.id(), name, this);
    this.returns = new Returns(loop, home.id().topic(), redelivery, this.backlog, mover);
    this.pump = new Pump(loop, redelivery.lease(), this.backlog, leases, returns, consumers, this);
    this.idleSinceNanos = loop.nanoTime();
  }

  private static Dispatch dispatch(SubscriptionKind kind, Home home) {
    return Dispatch.of(kind, home.id().partition(), home.config().partitions());
  }

  /**
   * A subscription that is not stored yet.
   *
   * @param from where it starts: a retained offset, or the log's end
   */
  static Subscription create(
      String name, SubscriptionKind kind, Home home, long from, Owner owner) {
    try {
      return new Subscription(
          name,
          kind,
          home,
          owner,
          Durability.ofNew(home.context(), owner::waiting),
          (events, kept) -> Backlog.from(from, home, events, kept));
    } catch (QueueException e) {
      throw new IllegalStateException("a new subscription is refused", e);
    }
  }

  /**
   * A subscription as a former owner left it.
   *
   * @throws QueueException STORE_CORRUPT if it lies beyond the log
   */
  static Subscription restore(String name, Home home, Owner owner, Cursor cursor, String path)
      throws QueueException {
    var restored =
        new Subscription(
            name,
            cursor.kind(),
            home,
            owner,
            Durability.ofStored(home.context(), owner::waiting),
            (events, kept) -> Backlog.restore(home, events, kept, cursor, path));
    restored.mover.restore(cursor.lanes());
    return restored;
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
        name,
        kind,
        backlog.floor(),
        backlog.size(),
        leases.size(),
        expired,
        consumers.size(),
        backlog.waiting(),
        returns.redelivered(),
        new PartitionStats.MoveStats(mover.size(), mover.moved(), mover.isStuck()),
        backlog.headAge());
  }

  /** What of the state is stored, and who waits for that. */
  Durability durability() {
    return durability;
  }

  byte[] encode() {
    // Those that were delivered once only are worth their bytes only where that decides.
    return backlog.toCursor(kind, leases.leased(returns.counts() ? 1 : 2), mover.states()).encode();
  }

  // ---- Consumers.

  /**
   * Attaches a consumer; one with the same id goes, and leaves its place.
   *
   * @throws QueueException SUBSCRIPTION_BUSY, LIMIT_EXCEEDED
   */
  AttachedConsumer attach(ConsumerId id, ConsumerSink sink) throws QueueException {
    var consumer = new AttachedConsumer(this, id, sink, course);
    AttachedConsumer former = consumers.find(id);
    if (former != null && former.detachOnce()) {
      consumers.replace(former, consumer);
      endLeases(former);
      former.closed(QueueException.subscriptionBusy(name, "the consumer attached again"));
    } else if (kind == SubscriptionKind.EXCLUSIVE && !consumers.isEmpty()) {
      throw QueueException.subscriptionBusy(name, "it is exclusive, and has a consumer");
    } else {
      consumers.add(consumer);
    }
    return consumer;
  }

  void remove(AttachedConsumer consumer, boolean endLeases) {
    takeOff(consumer);
    if (endLeases) {
      endLeases(consumer);
    }
    // Somebody may have waited for this one to go.
    pump();
  }

  private void takeOff(AttachedConsumer consumer) {
    consumers.remove(consumer);
    if (consumers.isEmpty()) {
      idleSinceNanos = loop.nanoTime();
    }
  }

  private void endLeases(AttachedConsumer consumer) {
    var ended = leases.endAll(consumer.leases());
    if (!ended.isEmpty()) {
      returns.failed(ended);
      cameBack();
    }
  }

  /** How long nobody was attached. */
  Duration idle() {
    return consumers.isEmpty() ? Duration.ofNanos(loop.nanoTime() - idleSinceNanos) : Duration.ZERO;
  }

  void release(AttachedConsumer consumer, List<OffsetRange> ranges) {
    returns.released(leases.endOf(consumer.leases(), ranges));
    cameBack();
  }

  void retryLater(AttachedConsumer consumer, List<OffsetRange> ranges) {
    returns.failed(leases.endOf(consumer.leases(), ranges));
    cameBack();
  }

  void retryLater(AttachedConsumer consumer, List<OffsetRange> ranges, Duration delay)
      throws QueueException {
    checkDuration("delay", delay, Duration.ZERO, TopicConfig.LONGEST_LEASE);
    returns.failed(leases.endOf(consumer.leases(), ranges), delay);
    cameBack();
  }

  void reject(
      AttachedConsumer consumer, List<OffsetRange> ranges, String reason, Completion<Done> done) {
    if (ended != null) {
      done.failed(ended);
      return;
    }
    try {
      if (reason.length() > Move.MAX_REASON) {
        throw QueueException.invalidArgument(
            "reason", "longer than " + Move.MAX_REASON + " characters");
      }
      returns.checkRoomForDead(leases.rangesOf(consumer.leases(), ranges));
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    returns.rejected(leases.endOf(consumer.leases(), ranges), reason);
    durability.advance();
    durability.whenDurable(done);
    owner.changed(this);
    pump();
  }

  long extend(AttachedConsumer consumer, List<OffsetRange> ranges, Duration duration)
      throws QueueException {
    checkDuration("duration", duration, Duration.ofMillis(1), TopicConfig.LONGEST_LEASE);
    long deadline = loop.nanoTime() + duration.toNanos();
    long extended = 0;
    for (OffsetRange range : ranges) {
      extended += leases.extend(consumer.leases(), range.first(), range.end(), deadline);
    }
    return extended;
  }

  private static void checkDuration(String field, Duration value, Duration least, Duration most)
      throws QueueException {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw QueueException.invalidArgument(field, value + " is not " + least + " to " + most);
    }
  }

  /** Ends everything; nothing is stored any more. */
  void end(QueueException why) {
    ended = why;
    pump.stop();
    backlog.stop();
    mover.stop();
    closeSinks(why);
    if (redrive != null) {
      redrive.fail(why);
      redrive = null;
    }
    durability.failWaiters(why);
  }

  /** Takes all consumers off. */
  void closeSinks(QueueException why) {
    for (AttachedConsumer consumer : consumers.all()) {
      if (consumer.detachOnce()) {
        takeOff(consumer);
        consumer.closed(why);
      }
    }
  }

  // ---- Acknowledging, and coming back.

  /** By a consumer that was attached before a seek, nothing is acknowledged any more. */
  void acknowledge(AttachedConsumer consumer, List<OffsetRange> ranges, Completion<Done> done) {
    if (consumer.course() == course || ended != null) {
      acknowledge(ranges, done);
    } else {
      done.failed(QueueException.subscriptionMoved(name));
    }
  }

  void acknowledge(List<OffsetRange> ranges, Completion<Done> done) {
    if (ended != null) {
      done.failed(ended);
      return;
    }
    if (deleted) {
      done.failed(QueueException.subscriptionBusy(name, "it was deleted"));
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

  @Override
  public void changed() {
    durability.advance();
    owner.changed(this);
  }

  @Override
  public long nextVersion() {
    return durability.version() + 1;
  }

  private void cameBack() {
    changed();
    pump();
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
    TopicName target = expiry.movedTo();
    for (OffsetRange range : ranges) {
      if (target == null) {
        expired += backlog.forget(range.first(), range.end());
      } else if (returns.expired(range, target)) {
        expired += range.count();
      }
    }
    changed();
  }

  // ---- Moving to other topics.

  @Override
  public long durableVersion() {
    return durability.durableVersion();
  }

  @Override
  public Backlog backlog() {
    return backlog;
  }

  @Override
  public void settled(Move move, MoveLane.Outcome outcome, boolean redriven) {
    if (outcome == MoveLane.Outcome.REFUSED) {
      returns.refused(move, redriven);
    }
    if (redriven && redrive != null) {
      redrive.settled(move, outcome);
    }
  }

  /** Sends messages to where they came from, or to a topic that is named. */
  void redrive(OffsetRange offsets, Optional<TopicName> target, Completion<Redriven> done) {
    if (redrive != null) {
      done.failed(QueueException.subscriptionBusy(name, "a redrive is under way"));
      return;
    }
    redrive = new Redrive(backlog, leases, mover, offsets, target, done);
    pump();
  }

  @Override
  public void move() {
    mover.pump();
    Redrive job = redrive;
    if (job != null && job.pump()) {
      redrive = null;
      durability.whenDurable(Completion.of(stored -> job.finish(), job::fail));
    }
  }

  // ---- What an administrator does.

  /**
   * Starts anew at that offset, which is retained or the log's end; consumers have to attach again.
   */
  void seek(long offset, Completion<Done> done) {
    course++;
    closeSinks(QueueException.subscriptionMoved(name));
    leases.clear();
    backlog.seek(offset);
    durability.advance();
    durability.whenDurable(done);
    owner.changed(this);
  }

  /** Acknowledges everything, whoever has it. */
  void purge(long logEnd, Completion<Done> done) {
    leases.end(0, logEnd);
    backlog.seek(logEnd);
    durability.advance();
    durability.whenDurable(done);
    owner.changed(this);
    pump();
  }

  /** Takes it out of the store, with its consumers. */
  void delete(Completion<Done> done) {
    if (!deleted) {
      deleted = true;
      closeSinks(QueueException.subscriptionBusy(name, "it was deleted"));
      pump.stop();
      backlog.stop();
      mover.stop();
      durability.advance();
    }
    durability.whenDurable(done);
    owner.changed(this);
  }

  boolean isDeleted() {
    return deleted;
  }

  /** That version, and every one before, is on disk. */
  void durable(long version) {
    durability.durable(version);
    if (deleted && durability.durableVersion() >= durability.version()) {
      owner.deleted(this);
    }
  }

  /** A key was silent for longer than the topic promises. */
  void missed(MissedDeadline deadline) {
    consumers.all().forEach(consumer -> consumer.missed(deadline));
  }

  /** How messages are looked at. */
  Peek.Viewer viewer() {
    return new SubscriptionViewer(backlog, leases);
  }

  /** Delivers what can be delivered. A sink may call back into the subscription. */
  void pump() {
    pump.run();
  }
}

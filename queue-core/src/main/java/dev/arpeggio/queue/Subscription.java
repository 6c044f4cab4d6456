package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A durable position in a partition: what is acknowledged, what is with whom, what comes next.
 *
 * <p>Every retained message from the floor on is in exactly one of these places: acknowledged,
 * leased, waiting for redelivery, or not delivered yet. Messages are delivered in the order of
 * their offsets, except that a message that came back is delivered when it comes back. Consumers
 * take turns, as far as their credit goes.
 *
 * <p>The state has a version, which counts what has to be stored; a commit stores the newest and
 * says so when it is durable.
 */
final class Subscription {
  /** Most consumers of one subscription. */
  static final int MAX_CONSUMERS = 1_000;

  // At most so many messages are leased. Together with the next two: while new messages are held
  // back at the pause, what is
  // leased can at worst add every second message as a range, and so stays below what is refused.
  private static final long MAX_LEASED = 24_576;
  private static final int RANGES_TO_PAUSE = 4_096;
  private static final int RANGES_TO_REFUSE = 16_384;
  private static final int MAX_WAITERS = 16_384;
  private static final int DELIVERY_BYTES = 64 * 1024;
  private static final int DELIVERY_MESSAGES = 1_024;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final String name;
  private final OwnerContext context;
  private final Log log;
  private final BodyMemory memory;
  private final Owner owner;

  private final RangeSet acknowledged = new RangeSet();
  private final Redeliveries redeliveries = new Redeliveries();
  private final Leases leases = new Leases();
  private final ArrayDeque<AttachedConsumer> turns = new ArrayDeque<>();
  private final Map<ConsumerId, AttachedConsumer> byId = new LinkedHashMap<>();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private long floor;
  private long next;
  private long version;
  private long durableVersion;
  private boolean stored;
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

  /** Waits until a version of the state is durable. */
  private record Waiter(long version, long deadlineNanos, Completion<Done> done) {}

  /** What to deliver next. */
  private record Chunk(long first, int count, int redeliveries, Segment segment, Body body) {}

  private Subscription(
      String name, OwnerContext context, Log log, BodyMemory memory, Owner owner, long floor) {
    this.name = name;
    this.context = context;
    this.log = log;
    this.memory = memory;
    this.owner = owner;
    this.floor = floor;
    this.next = floor;
  }

  /** A subscription that is not stored yet, at the earliest retained message. */
  static Subscription create(
      String name, OwnerContext context, Log log, BodyMemory memory, Owner owner) {
    var created = new Subscription(name, context, log, memory, owner, log.firstOffset());
    created.version = 1;
    return created;
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
    // Segments are deleted when their acknowledgements are known, which may have been lost on the
    // way.
    long floor = Math.max(cursor.floor(), log.firstOffset());
    var restored = new Subscription(name, context, log, memory, owner, floor);
    long end = cursor.floor();
    for (OffsetRange range : cursor.acknowledged()) {
      end = range.end();
      if (end > floor) {
        restored.acknowledged.add(Math.max(range.first(), floor), end);
      }
    }
    if (end > log.nextOffset()) {
      throw QueueException.storeCorrupt(
          path, "acknowledges " + end + ", but the log ends at " + log.nextOffset());
    }
    restored.stored = true;
    restored.version = 1;
    restored.durableVersion = 1;
    restored.raiseFloor();
    restored.next = restored.floor;
    for (var range : cursor.redeliveries()) {
      restored.restore(range);
    }
    return restored;
  }

  // A count is only advice: whatever part of it does not fit the acknowledgements is dropped.
  private void restore(Redeliveries.Redelivery range) {
    long end = Math.min(range.end(), log.nextOffset());
    for (long at = acknowledged.firstMissing(Math.max(range.first(), floor)); at < end; ) {
      long until = acknowledged.firstPresent(at, end);
      redeliveries.add(new Redeliveries.Redelivery(at, until, range.count()));
      at = acknowledged.firstMissing(until);
    }
  }

  String name() {
    return name;
  }

  long floor() {
    return floor;
  }

  /** Where the next delivery is taken from, as far as can be told. */
  long position() {
    var back = redeliveries.first();
    return back == null ? next : Math.min(back.first(), next);
  }

  PartitionStats.SubscriptionStats stats() {
    return new PartitionStats.SubscriptionStats(
        name, floor, log.nextOffset() - floor - acknowledged.size(), leases.size(), turns.size());
  }

  // ---- What is stored.

  long version() {
    return version;
  }

  /** Whether a commit on its way, or one that landed, has created the znode. */
  boolean isStored() {
    return stored;
  }

  /** Whether the znode is known to exist. */
  boolean hasBeenStored() {
    return durableVersion > 0;
  }

  void setStored(boolean exists) {
    stored = exists;
  }

  byte[] encode() {
    var counts = new ArrayList<>(redeliveries.toList());
    counts.addAll(leases.redelivered());
    counts.sort(Comparator.comparingLong(Redeliveries.Redelivery::first));
    return new Cursor(floor, acknowledged.toList(), counts).encode();
  }

  /** That version, and every one before, is on disk. */
  void durable(long stored) {
    durableVersion = Math.max(durableVersion, stored);
    while (!waiters.isEmpty() && waiters.getFirst().version() <= durableVersion) {
      waiters.removeFirst().done().succeeded(Done.DONE);
    }
  }

  /** Calls back once everything so far is durable. */
  void whenDurable(Completion<Done> done) {
    if (durableVersion >= version) {
      done.succeeded(Done.DONE);
    } else if (waiters.size() >= MAX_WAITERS) {
      done.failed(
          QueueException.limitExceeded("acknowledgements in progress", MAX_WAITERS, RETRY_AFTER));
    } else {
      long deadline = context.loop().nanoTime() + context.options().writeDeadline().toNanos();
      waiters.addLast(new Waiter(version, deadline, done));
      owner.waiting();
    }
  }

  /** When the first of those who wait gives up; null if nobody waits. */
  @Nullable Long firstDeadlineNanos() {
    return waiters.isEmpty() ? null : waiters.getFirst().deadlineNanos();
  }

  void failWaiters(QueueException why) {
    while (!waiters.isEmpty()) {
      waiters.removeFirst().done().failed(why);
    }
  }

  private void touch() {
    version++;
    owner.changed(this);
  }

  // ---- Consumers.

  /** Attaches a consumer; one with the same id goes. */
  AttachedConsumer attach(ConsumerId id, ConsumerSink sink) throws QueueException {
    AttachedConsumer former = byId.get(id);
    if (former != null && former.detachOnce()) {
      remove(former, true);
      former.closed(QueueException.subscriptionBusy(name, "the consumer attached again"));
    }
    if (turns.size() >= MAX_CONSUMERS) {
      throw QueueException.limitExceeded(
          "consumers of a subscription", MAX_CONSUMERS, Duration.ofSeconds(1));
    }
    var consumer = new AttachedConsumer(this, id, sink);
    turns.addLast(consumer);
    byId.put(id, consumer);
    return consumer;
  }

  void remove(AttachedConsumer consumer, boolean endLeases) {
    turns.remove(consumer);
    byId.remove(consumer.id(), consumer);
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
    failWaiters(why);
  }

  /** Takes all consumers off. */
  void closeSinks(QueueException why) {
    for (AttachedConsumer consumer : List.copyOf(turns)) {
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
        if (range.end() > log.nextOffset()) {
          throw QueueException.invalidArgument(
              "ranges", "offset " + (range.end() - 1) + " is not written yet");
        }
        news |= acknowledge(Math.max(range.first(), floor), range.end());
      }
    } catch (QueueException e) {
      if (news) {
        touch();
      }
      done.failed(e);
      return;
    }
    if (news) {
      // Waits for the version that this makes, and must do so before the commit is cut.
      version++;
      whenDurable(done);
      owner.changed(this);
    } else {
      whenDurable(done);
    }
    pump();
  }

  private boolean acknowledge(long first, long end) throws QueueException {
    if (first >= end || acknowledged.containsAll(first, end)) {
      return false;
    }
    if (acknowledged.rangeCount() >= RANGES_TO_REFUSE && first > floor) {
      throw QueueException.limitExceeded(
          "gaps between acknowledgements", RANGES_TO_REFUSE, RETRY_AFTER);
    }
    acknowledged.add(first, end);
    leases.end(first, end);
    redeliveries.remove(first, end);
    raiseFloor();
    return true;
  }

  private void raiseFloor() {
    floor = acknowledged.firstMissing(floor);
    acknowledged.removeBelow(floor);
    next = Math.max(next, floor);
  }

  private void comeBack(List<Redeliveries.Redelivery> ended) {
    if (ended.isEmpty()) {
      return;
    }
    ended.forEach(redeliveries::add);
    touch();
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
    if (ended != null || turns.isEmpty()) {
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
        deliverInTurn();
      } while (pumpAgain && ended == null);
    } finally {
      pumping = false;
    }
    armLeaseTimer();
  }

  private void deliverInTurn() {
    int refused = 0;
    while (ended == null && refused < turns.size()) {
      AttachedConsumer consumer = turns.removeFirst();
      turns.addLast(consumer);
      if (!consumer.canTake()) {
        refused++;
        continue;
      }
      Chunk chunk = nextChunk(consumer.credit());
      if (chunk == null) {
        // It keeps its turn.
        turns.removeLast();
        turns.addFirst(consumer);
        return;
      }
      refused = 0;
      deliver(consumer, chunk);
    }
  }

  private void deliver(AttachedConsumer consumer, Chunk chunk) {
    long end = chunk.first() + chunk.count();
    long deadline = context.loop().nanoTime() + context.options().lease().toNanos();
    redeliveries.remove(chunk.first(), end);
    leases.grant(consumer.leases(), chunk.first(), end, deadline, chunk.redeliveries());
    next = Math.max(next, end);
    int at = (int) (chunk.first() - chunk.segment().first());
    consumer.deliver(
        new Delivery(
            chunk.first(),
            chunk.count(),
            chunk.redeliveries(),
            chunk.body().commitTimeMillis(),
            chunk.body().slice(at, chunk.count())));
  }

  private @Nullable Chunk nextChunk(int credit) {
    long fresh = acknowledged.firstMissing(next);
    var back = redeliveries.first();
    if (back != null && back.first() <= fresh) {
      return chunk(back.first(), back.end(), back.count(), credit);
    }
    if (fresh >= log.nextOffset() || acknowledged.rangeCount() >= RANGES_TO_PAUSE) {
      return null;
    }
    // After a takeover, messages that had come back lie ahead; in between are those that were never
    // delivered, or once.
    long end = acknowledged.firstPresent(fresh, log.nextOffset());
    return chunk(fresh, redeliveries.firstPresent(fresh, end), 0, credit);
  }

  private @Nullable Chunk chunk(long first, long rangeEnd, int count, int credit) {
    Segment segment = log.find(first);
    Body body = segment.body();
    memory.request(segment);
    if (body == null) {
      return null;
    }
    long end = Math.min(rangeEnd, segment.end());
    int most =
        (int)
            Math.min(
                Math.min(end - first, MAX_LEASED - leases.size()),
                Math.min(credit, DELIVERY_MESSAGES));
    if (most <= 0) {
      return null;
    }
    int messages = body.fitting((int) (first - segment.first()), most, DELIVERY_BYTES);
    return new Chunk(first, messages, count, segment, body);
  }
}

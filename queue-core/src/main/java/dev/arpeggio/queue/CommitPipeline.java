package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns what was accepted into commits, several of them in flight, and says what is durable.
 *
 * <p>A commit is sent at once if none is in flight; while one is, the next waits until it is large
 * or the flight has landed, so that commits grow with the load. Commits land in the order in which
 * they were sent. After the first that did not, nothing is sent and nothing confirmed any more:
 * once all are answered, the owner finds out what is stored, and {@link #resume} goes on from
 * there.
 *
 * <p>If the process dies: before a commit is sent, nothing of it happened, and nobody was told
 * otherwise; after, the next owner finds all of it or nothing; and a commit that took effect behind
 * one that did not lies behind a hole, where it is discarded. Confirmations come after the answer,
 * so that what was confirmed is stored.
 */
final class CommitPipeline {
  private static final int TRIM_BATCH = 16;
  private static final int MAX_TRIM = 64;

  private final OwnerContext context;
  private final PartitionPaths paths;
  private final Log log;
  private final ProducerTable producers;
  private final Subscriptions subscriptions;
  private final BodyMemory memory;
  private final Events events;

  private final ArrayDeque<PendingAppend> queue = new ArrayDeque<>();
  private final ArrayDeque<Commit> inFlight = new ArrayDeque<>();
  // The newest batch of each producer that has one here; looked up only.
  private final Map<ProducerId, PendingAppend> newest = new LinkedHashMap<>();
  private Fence fence;
  private Buckets buckets;
  private long cutOffset;
  private long trimCut;
  private long queuedBytes;
  private long pendingBytes;
  private int unanswered;
  private boolean broken;
  private boolean stopped;
  private boolean trimAllowed;
  private boolean trimDue;
  private EventLoop.@Nullable Timer trimTimer;
  // The last commit had no room for everything: what was left out goes first in the next one.
  private boolean starved;
  private long landed;

  /** What the pipeline tells the partition. */
  interface Events {
    /** A commit is durable, and everybody who waited for it was told. */
    void landed();

    /** All commits in flight are answered, and at least one did not land. */
    void uncertain();

    /** The fence is lost; none of the commits in flight took effect. */
    void fenced();

    /** Something foreign is in the way; what became of the other commits in flight is not known. */
    void corrupt(QueueException why);
  }

  CommitPipeline(
      OwnerContext context,
      PartitionPaths paths,
      Recovery.Recovered recovered,
      Log log,
      ProducerTable producers,
      Subscriptions subscriptions,
      BodyMemory memory,
      Events events) {
    this.context = context;
    this.paths = paths;
    this.log = log;
    this.producers = producers;
    this.subscriptions = subscriptions;
    this.memory = memory;
    this.events = events;
    this.fence = recovered.fence();
    this.buckets = new Buckets(recovered.segments());
    this.cutOffset = log.nextOffset();
    this.trimCut = log.firstOffset();
  }

  Fence fence() {
    return fence;
  }

  long pendingBytes() {
    return pendingBytes;
  }

  /** How many commits have landed so far. */
  long landedCommits() {
    return landed;
  }

  boolean isIdle() {
    return inFlight.isEmpty() && queue.isEmpty();
  }

  @Nullable PendingAppend newestOf(ProducerId producer) {
    return newest.get(producer);
  }

  /** When the oldest batch gives up; null if there is none. */
  @Nullable Long firstDeadlineNanos() {
    for (Commit commit : inFlight) {
      for (PendingAppend append : commit.appends()) {
        if (!append.isSettled()) {
          return append.deadlineNanos();
        }
      }
    }
    return queue.isEmpty() ? null : queue.getFirst().deadlineNanos();
  }

  void enqueue(PendingAppend append) {
    queue.addLast(append);
    queuedBytes += append.frameBytes();
    pendingBytes += append.cost();
    ProducerId producer = append.producer();
    if (producer != null) {
      newest.put(producer, append);
    }
    nudge();
  }

  /**
   * From now on, acknowledged segments may be deleted: all that they say of their producers is
   * known.
   */
  void allowTrim() {
    trimAllowed = true;
    nudge();
  }

  /** Deletes what is acknowledged without waiting for more of it. */
  void hurryTrim() {
    trimDue = true;
    nudge();
  }

  /** Sends what is to be sent. */
  void nudge() {
    while (maySend()) {
      send(build());
    }
  }

  /**
   * Gives up waiting for the commits in flight: their outcome is unknown until they were looked up.
   */
  void breakOff() {
    if (!inFlight.isEmpty() && !broken && !stopped) {
      broken = true;
      reportIfAnswered();
    }
  }

  /** Tells everybody who waits for a batch that it failed, and forgets those that were not sent. */
  void abandon(QueueException sent, QueueException notSent) {
    var failing = new ArrayList<PendingAppend>();
    for (Commit commit : inFlight) {
      commit.appends().stream().filter(append -> !append.isSettled()).forEach(failing::add);
    }
    var unsent = List.copyOf(queue);
    queue.clear();
    newest.clear();
    queuedBytes = 0;
    pendingBytes = 0;
    failing.forEach(append -> append.fail(sent));
    unsent.forEach(append -> append.fail(notSent));
  }

  /** Sends nothing and reports nothing any more. */
  void stop() {
    stopped = true;
    cancelTrimTimer();
  }

  /** Whether it is not known what became of the commits in flight. */
  boolean isBroken() {
    return broken;
  }

  // ---- Making commits.

  private boolean maySend() {
    if (broken || stopped || inFlight.size() >= context.options().maxCommitsInFlight()) {
      return false;
    }
    if (!inFlight.isEmpty()) {
      return queuedBytes >= context.options().commitTargetBytes();
    }
    return !queue.isEmpty() || subscriptions.hasDirty() || trimNow() > 0;
  }

  private Commit build() {
    var commit = new Commit(fence);
    boolean leftoversFirst = starved;
    starved = false;
    if (leftoversFirst) {
      addTrim(commit);
      addCursors(commit);
      addSegment(commit);
    } else {
      addSegment(commit);
      addCursors(commit);
      addTrim(commit);
    }
    return commit;
  }

  private void addSegment(Commit commit) {
    int room =
        Math.min(SegmentCodec.MAX_BYTES, commit.room() - 2 * Commit.cost(paths.bucket(0), 64));
    room -= SegmentCodec.HEADER_BYTES;
    var taken = new ArrayList<PendingAppend>();
    long count = 0;
    while (!queue.isEmpty() && queue.getFirst().segmentBytes() <= room) {
      PendingAppend append = queue.removeFirst();
      room -= append.segmentBytes();
      queuedBytes -= append.frameBytes();
      count += append.count();
      taken.add(append);
    }
    if (taken.isEmpty()) {
      return;
    }
    Buckets.Place place = buckets.place(cutOffset);
    if (place.isNew()) {
      commit.add(new Op.Create(paths.bucket(place.bucket()), new byte[0]));
    }
    var segment = new Segment(new SegmentName(place.bucket(), cutOffset, Math.toIntExact(count)));
    var encoded =
        SegmentCodec.encode(fence.epoch(), cutOffset, context.loop().currentTimeMillis(), taken);
    commit.addSegment(paths.segment(segment.name()), segment, encoded, taken);
    cutOffset = segment.end();
  }

  private void addCursors(Commit commit) {
    for (var dirty = subscriptions.dirty(); dirty.hasNext(); ) {
      Subscription subscription = dirty.next();
      String path = paths.subscription(subscription.name());
      byte[] content = subscription.encode();
      if (Commit.cost(path, content.length) > commit.room()) {
        starved = true;
        return;
      }
      commit.addCursor(
          subscription.isStored()
              ? new Op.Set(path, content, ZooKeeperPort.ANY_VERSION)
              : new Op.Create(path, content),
          new Commit.CursorWrite(subscription, subscription.version()));
      subscription.setStored(true);
      dirty.remove();
    }
  }

  // The cursors that allow the deletion may be on their way still: what they say, their subscribers
  // have said.
  private void addTrim(Commit commit) {
    int segments = trimNow();
    if (segments == 0) {
      return;
    }
    if (Commit.cost(paths.producers(), producers.encodedBytes()) > commit.room()) {
      starved = true;
      return;
    }
    // The record comes first in the commit, and is written last: it says how far the deletions got.
    int room = commit.room() - Commit.cost(paths.producers(), producers.encodedBytes());
    var deletions = new ArrayList<Op>();
    for (int i = 0; i < segments; i++) {
      Segment segment = log.find(trimCut);
      String path = paths.segment(segment.name());
      room -= 2 * Commit.cost(path, 0);
      if (room < 0) {
        starved = true;
        break;
      }
      deletions.add(new Op.Delete(path, ZooKeeperPort.ANY_VERSION));
      if (buckets.remove(segment.name().bucket())) {
        deletions.add(
            new Op.Delete(paths.bucket(segment.name().bucket()), ZooKeeperPort.ANY_VERSION));
      }
      trimCut = segment.end();
    }
    if (!deletions.isEmpty()) {
      commit.add(
          new Op.Set(paths.producers(), producers.encode(trimCut), ZooKeeperPort.ANY_VERSION));
      deletions.forEach(commit::add);
      commit.trimTo(trimCut);
    }
  }

  // Deleting costs a copy of the producers' table, and is therefore done for several segments
  // together.
  private int trimNow() {
    OptionalLong floor = subscriptions.floor();
    if (!trimAllowed || floor.isEmpty() || trimCut >= log.nextOffset()) {
      return 0;
    }
    int segments = 0;
    for (Segment next = log.find(trimCut);
        next != null && segments < MAX_TRIM;
        next = log.following(next)) {
      if (next.end() > floor.getAsLong()) {
        break;
      }
      segments++;
    }
    if (segments >= TRIM_BATCH || (segments > 0 && trimDue)) {
      return segments;
    }
    trimDue = false;
    if (segments > 0 && trimTimer == null) {
      trimTimer =
          context
              .loop()
              .schedule(
                  context.options().trimDelay(),
                  () -> {
                    trimTimer = null;
                    hurryTrim();
                  });
    }
    return 0;
  }

  private void cancelTrimTimer() {
    if (trimTimer != null) {
      trimTimer.cancel();
      trimTimer = null;
    }
  }

  // ---- Landing them.

  private void send(Commit commit) {
    inFlight.addLast(commit);
    unanswered++;
    context.zooKeeper().multi(commit.operations(), reply -> onReply(commit, reply));
  }

  private void onReply(Commit commit, MultiReply reply) {
    unanswered--;
    if (stopped) {
      return;
    }
    if (broken) {
      reportIfAnswered();
    } else if (reply.isOk()) {
      if (inFlight.removeFirst() != commit) {
        throw new IllegalStateException("commits land out of order");
      }
      land(commit);
      events.landed();
      nudge();
    } else if (Fence.isLost(reply)) {
      events.fenced();
    } else if (Fence.isObstructed(reply)) {
      broken = true;
      String path = commit.operations().get(reply.failedOperation()).path();
      events.corrupt(QueueException.unexpected(path, reply.code()));
    } else {
      broken = true;
      reportIfAnswered();
    }
  }

  private void reportIfAnswered() {
    if (unanswered == 0) {
      events.uncertain();
    }
  }

  private void land(Commit commit) {
    landed++;
    Segment segment = commit.segment();
    if (segment != null) {
      adopt(commit, segment);
    }
    if (commit.trimTo() > log.firstOffset()) {
      memory.trim(commit.trimTo());
      log.trim(commit.trimTo());
    }
    tell(commit);
  }

  private void adopt(Commit commit, Segment segment) {
    var encoded = commit.encoded();
    log.add(segment);
    memory.offer(segment, encoded.body());
    producers.apply(segment.first(), encoded.entries());
    for (PendingAppend append : commit.appends()) {
      if (!append.isSettled()) {
        pendingBytes -= append.cost();
      }
      ProducerId producer = append.producer();
      if (producer != null) {
        newest.remove(producer, append);
      }
    }
  }

  // After everything else, as those who are told may call back.
  private static void tell(Commit commit) {
    Segment segment = commit.segment();
    long last = segment == null ? 0 : segment.first() - 1;
    for (PendingAppend append : commit.appends()) {
      last += append.count();
      if (!append.isSettled()) {
        append.succeed(OptionalLong.of(last));
      }
    }
    commit.cursors().forEach(write -> write.subscription().durable(write.version()));
  }

  // ---- After an uncertain outcome.

  /**
   * Goes on behind a new fence, knowing what is stored: of the commits in flight, those that are
   * there have landed, and the others' contents are sent again.
   *
   * @throws QueueException STORE_CORRUPT if anything else is stored than was sent
   */
  void resume(Recovery.Recovered recovered) throws QueueException {
    if (!broken || unanswered > 0) {
      throw new IllegalStateException("resumed while commits are in flight");
    }
    var commits = List.copyOf(inFlight);
    inFlight.clear();
    if (recovered.logStart() > log.firstOffset()) {
      memory.trim(recovered.logStart());
      log.trim(recovered.logStart());
    }
    int known = log.segments().size();
    var news =
        recovered
            .segments()
            .subList(Math.min(known, recovered.segments().size()), recovered.segments().size());
    int adopted = 0;
    var again = new ArrayList<PendingAppend>();
    var landedNow = new ArrayList<Commit>();
    for (Commit commit : commits) {
      Segment segment = commit.segment();
      if (segment != null && adopted < news.size() && news.get(adopted).equals(segment.name())) {
        adopted++;
        adopt(commit, segment);
        landedNow.add(commit);
      } else {
        commit.appends().stream().filter(append -> !append.isSettled()).forEach(again::add);
        commit.cursors().forEach(write -> subscriptions.restoreDirty(write.subscription()));
      }
    }
    compare(recovered);
    fence = recovered.fence();
    buckets = new Buckets(recovered.segments());
    cutOffset = log.nextOffset();
    trimCut = log.firstOffset();
    subscriptions.refresh(recovered.cursors());
    for (int i = again.size() - 1; i >= 0; i--) {
      queue.addFirst(again.get(i));
      queuedBytes += again.get(i).frameBytes();
    }
    broken = false;
    landedNow.forEach(CommitPipeline::tell);
  }

  private void compare(Recovery.Recovered recovered) throws QueueException {
    var stored = recovered.segments().iterator();
    for (Segment segment : log.segments()) {
      if (!stored.hasNext() || !stored.next().equals(segment.name())) {
        throw QueueException.storeCorrupt(
            paths.segment(segment.name()), "a confirmed segment is gone");
      }
    }
    if (stored.hasNext()) {
      throw QueueException.storeCorrupt(
          paths.segment(stored.next()), "a segment that its owner did not write");
    }
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import java.util.ArrayList;
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
  private final OwnerContext context;
  private final Log log;
  private final Subscriptions subscriptions;
  private final AppendQueue queue = new AppendQueue();
  private final Trimmer trimmer;
  private final CommitBuilder builder;
  private final Landing landing;
  private final Events events;

  private final Flight flight;
  private Fence fence;
  private @Nullable Compaction prepared;
  private boolean broken;
  private boolean stopped;
  private long landed;

  /** What the pipeline tells the partition. */
  interface Events {
    /** A commit is durable, and everybody who waited for it was told. */
    void landed();

    /** All commits in flight are answered, and at least one did not land. */
    void uncertain();

    /** A compaction took effect, or will not. */
    void compacted(boolean tookEffect);

    /** Messages are deleted that some subscription had not acknowledged. */
    void dropped(long first, long end, long messages);

    /** The fence is lost; none of the commits in flight took effect. */
    void fenced();

    /** Something foreign is in the way; what became of the other commits in flight is not known. */
    void corrupt(QueueException why);
  }

  CommitPipeline(
      OwnerContext context,
      TopicConfig config,
      PartitionPaths paths,
      Recovery.Recovered recovered,
      Log log,
      ProducerTable producers,
      Subscriptions subscriptions,
      BodyMemory memory,
      Trimmer trimmer,
      @Nullable KeyHistory history,
      @Nullable Arbiter arbiter,
      Events events) {
    this.context = context;
    this.flight = new Flight(context);
    this.log = log;
    this.subscriptions = subscriptions;
    this.trimmer = trimmer;
    this.events = events;
    this.fence = recovered.fence();
    this.builder =
        new CommitBuilder(
            context,
            config,
            paths,
            log,
            producers,
            subscriptions,
            queue,
            trimmer,
            arbiter,
            recovered);
    this.landing =
        new Landing(
            paths, log, producers, memory, queue, subscriptions, history, arbiter, events::dropped);
  }

  Fence fence() {
    return fence;
  }

  long pendingBytes() {
    return queue.pendingBytes();
  }

  /** How many commits have landed so far. */
  long landedCommits() {
    return landed;
  }

  boolean isIdle() {
    return flight.isEmpty() && queue.isEmpty();
  }

  @Nullable PendingAppend newestOf(ProducerId producer) {
    return queue.newestOf(producer);
  }

  /** When the oldest batch gives up; null if there is none. */
  @Nullable Long firstDeadlineNanos() {
    for (Commit commit : flight.commits()) {
      for (PendingAppend append : commit.appends()) {
        if (!append.isSettled()) {
          return append.deadlineNanos();
        }
      }
    }
    PendingAppend first = queue.first();
    return first == null ? null : first.deadlineNanos();
  }

  void enqueue(PendingAppend append) {
    queue.add(append);
    nudge();
  }

  long pendingMessages() {
    return queue.pendingMessages();
  }

  /** From now on, it is known what all segments say of their producers. */
  void producersKnown() {
    trimmer.allow();
    builder.producersKnown();
    nudge();
  }

  /**
   * Stores the producers' table, unless little has happened since it was stored.
   *
   * @return whether that is under way
   */
  boolean checkpoint() {
    boolean worthwhile = builder.requestCheckpoint();
    nudge();
    return worthwhile;
  }

  /** Sends a compaction as soon as may be, if the log is still what it was made of. */
  void compact(Compaction compaction) {
    prepared = compaction;
    nudge();
  }

  /** Sends what is to be sent. */
  void nudge() {
    sendCompaction();
    while (maySend()) {
      send(builder.build(fence));
    }
  }

  private void sendCompaction() {
    Compaction compaction = prepared;
    if (compaction == null || !hasRoom()) {
      return;
    }
    prepared = null;
    if (compaction.isOf(log) && compaction.first() >= trimmer.cut()) {
      trimmer.stopAt(compaction.first());
      send(builder.build(fence, compaction));
    } else {
      events.compacted(false);
    }
  }

  private boolean hasRoom() {
    return !broken && !stopped && flight.hasRoom();
  }

  private boolean maySend() {
    if (!hasRoom()) {
      return false;
    }
    if (!flight.isEmpty()) {
      return queue.waitingBytes() >= context.options().commitTargetBytes();
    }
    return builder.hasWork();
  }

  /**
   * Gives up waiting for the commits in flight: their outcome is unknown until they were looked up.
   */
  void breakOff() {
    if (!flight.isEmpty() && !broken && !stopped) {
      broken = true;
      flight.withdraw();
      reportIfAnswered();
    }
  }

  /** Tells everybody who waits for a batch that it failed, and forgets those that were not sent. */
  void abandon(QueueException sent, QueueException notSent) {
    var failing = new ArrayList<PendingAppend>();
    flight.commits().forEach(commit -> failing.addAll(commit.unsettled()));
    var unsent = queue.abandon();
    failing.forEach(append -> append.fail(sent));
    unsent.forEach(append -> append.fail(notSent));
  }

  /** Sends nothing and reports nothing any more. */
  void stop() {
    stopped = true;
    flight.withdraw();
  }

  /** Whether it is not known what became of the commits in flight. */
  boolean isBroken() {
    return broken;
  }

  private void send(Commit commit) {
    flight.send(commit, reply -> onReply(commit, reply));
  }

  private void onReply(Commit commit, MultiReply reply) {
    if (stopped) {
      return;
    }
    if (broken) {
      reportIfAnswered();
    } else if (reply.isOk()) {
      flight.land(commit);
      landed++;
      landing.land(commit);
      builder.landed(commit);
      settleCompaction(commit, true);
      Landing.tell(commit);
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

  private void settleCompaction(Commit commit, boolean tookEffect) {
    if (commit.compaction() != null) {
      trimmer.goOn();
      events.compacted(tookEffect);
    }
  }

  private void reportIfAnswered() {
    if (flight.isAnswered()) {
      events.uncertain();
    }
  }

  /**
   * Goes on behind a new fence, knowing what is stored: of the commits in flight, those that are
   * there have landed, and the others' contents are sent again.
   *
   * @throws QueueException STORE_CORRUPT if anything else is stored than was sent
   */
  void resume(Recovery.Recovered recovered) throws QueueException {
    if (!broken) {
      throw new IllegalStateException("resumed although nothing is uncertain");
    }
    var commits = flight.clear();
    var stored = landing.reconcile(commits, recovered);
    var again = new ArrayList<PendingAppend>();
    for (Commit commit : commits) {
      if (!stored.contains(commit)) {
        again.addAll(commit.unsettled());
        commit.cursors().forEach(write -> subscriptions.restoreDirty(write.subscription()));
      }
    }
    fence = recovered.fence();
    builder.restart(recovered);
    subscriptions.refresh(recovered.cursors());
    queue.putBack(again);
    broken = false;
    commits.forEach(commit -> settleCompaction(commit, stored.contains(commit)));
    stored.forEach(Landing::tell);
  }
}

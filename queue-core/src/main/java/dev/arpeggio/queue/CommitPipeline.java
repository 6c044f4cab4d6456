package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
  private final Subscriptions subscriptions;
  private final AppendQueue queue = new AppendQueue();
  private final Trimmer trimmer;
  private final CommitBuilder builder;
  private final Landing landing;
  private final Events events;

  private final ArrayDeque<Commit> inFlight = new ArrayDeque<>();
  private Fence fence;
  private int unanswered;
  private boolean broken;
  private boolean stopped;
  private long landed;

  /** What the pipeline tells the partition. */
  interface Events {
    /** A commit is durable, and everybody who waited for it was told. */
    void landed();

    /** All commits in flight are answered, and at least one did not land. */
    void uncertain();

    /** Messages are deleted that some subscription had not acknowledged. */
    void dropped(long first, long end, long messages);

    /** The fence is lost; none of the commits in flight took effect. */
    void fenced();
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
      Events events) {
    this.context = context;
    this.subscriptions = subscriptions;
    this.events = events;
    this.fence = recovered.fence();
    this.trimmer = new Trimmer(context, config.retention(), log, subscriptions, this::nudge);
    this.builder =
        new CommitBuilder(
            context, config, paths, log, producers, subscriptions, queue, trimmer, recovered);
    this.landing =
        new Landing(paths, log, producers, memory, queue, subscriptions, events::dropped);
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
    return inFlight.isEmpty() && queue.isEmpty();
  }

  @Nullable PendingAppend newestOf(ProducerId producer) {
    return queue.newestOf(producer);
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

  /** Deletes what is acknowledged without waiting for more of it. */
  void hurryTrim() {
    trimmer.hurry();
    nudge();
  }

  /** What is retained now and about to be deleted. */
  Trimmer.Amount leaving() {
    return trimmer.leaving();
  }

  /**
   * Lets the oldest segments go, whoever wants them still.
   *
   * @return whether there was as much
   */
  boolean drop(Trimmer.Amount excess) {
    return trimmer.drop(excess);
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

  /** Sends what is to be sent. */
  void nudge() {
    while (maySend()) {
      send(builder.build(fence));
    }
  }

  private boolean maySend() {
    if (broken || stopped || inFlight.size() >= context.options().maxCommitsInFlight()) {
      return false;
    }
    if (!inFlight.isEmpty()) {
      return queue.waitingBytes() >= context.options().commitTargetBytes();
    }
    return builder.hasWork();
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
    inFlight.forEach(commit -> failing.addAll(commit.unsettled()));
    var unsent = queue.abandon();
    failing.forEach(append -> append.fail(sent));
    unsent.forEach(append -> append.fail(notSent));
  }

  /** Sends nothing and reports nothing any more. */
  void stop() {
    stopped = true;
    trimmer.stop();
  }

  /** Whether it is not known what became of the commits in flight. */
  boolean isBroken() {
    return broken;
  }

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
      landed++;
      landing.land(commit);
      Landing.tell(commit);
      events.landed();
      nudge();
    } else if (Fence.isLost(reply)) {
      events.fenced();
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
    stored.forEach(Landing::tell);
  }
}

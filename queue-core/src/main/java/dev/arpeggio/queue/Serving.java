package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A partition from its takeover to its end at this node: brings log, subscriptions, intake and
 * commits together, and repairs what a lost connection leaves open.
 *
 * <p>Whenever the outcome of a write is not known, it stops writing, acquires the fence anew on top
 * of its own, looks at what is stored and goes on from there. Meanwhile consumers keep their leases
 * and get what is in memory, and batches wait up to their deadline. It ends when the fence is
 * somebody else's.
 */
final class Serving implements CommitPipeline.Events, SegmentReader.Events, Scan.Events {
  private final OwnerContext context;
  private final PartitionId id;
  private final PartitionPaths paths;
  private final Acquisition acquisition;
  private final PartitionListener listener;
  private final long producersKnownTo;
  private final Log log;
  private final ProducerTable producers;
  private final BodyMemory memory;
  private final SegmentReader reader;
  private final ByteBudget.Share storage;
  private final Subscriptions subscriptions;
  private final Agenda agenda;
  private final Home home;
  private final Administrator administrator;
  private final Trimmer trimmer;
  private final @Nullable KeyHistory history;
  private final Qos qos;
  private final @Nullable Arbiter arbiter;
  private final CommitPipeline pipeline;
  private final Compactor compactor;
  private final AppendIntake intake;
  private final FenceCheck fenceCheck;

  private boolean producersKnown;
  private long dropped;
  private boolean verifying;
  private @Nullable Recovery recovery;
  private @Nullable QueueException end;
  private EventLoop.@Nullable Timer deadlineTimer;
  private EventLoop.@Nullable Timer ownershipTimer;
  private @Nullable Runnable whenReleased;
  private @Nullable QueueException releasedBecause;
  private EventLoop.@Nullable Timer releaseTimer;
  private long landedAtLastCheck;

  /**
   * @param listener told once why the partition is served no more, unless it was released
   * @throws QueueException STORE_CORRUPT
   */
  Serving(
      OwnerContext context,
      PartitionId id,
      TopicConfig config,
      PartitionPaths paths,
      Acquisition acquisition,
      Recovery.Recovered recovered,
      PartitionListener listener)
      throws QueueException {
    this.context = context;
    this.id = id;
    this.paths = paths;
    this.acquisition = acquisition;
    this.listener = listener;
    this.producersKnownTo = recovered.producersKnownTo();
    this.log = new Log(recovered.logStart());
    recovered.segments().forEach(name -> log.add(new Segment(name)));
    this.producers = recovered.producers();
    this.reader = new SegmentReader(context, id, paths, log, this);
    this.qos = config.qos();
    this.subscriptions = new Subscriptions(paths, !qos.isVolatile(), this::work);
    this.agenda = new Agenda(context.loop(), subscriptions);
    var index = new LogIndex(log, agenda, subscriptions, config.expiry().after().toMillis());
    this.memory = new BodyMemory(context, index, reader, subscriptions);
    this.home = new Home(context, id, config, log, index, memory);
    this.trimmer = new Trimmer(context, config.retention(), log, subscriptions, this::work);
    int perKey = config.retention().lastPerKey();
    this.history = perKey == 0 ? null : new KeyHistory(perKey, log);
    this.arbiter = Arbiter.of(context.loop(), qos, producers, this::missed);
    if (arbiter != null) {
      arbiter.restore(paths.producers(), recovered.publishers());
    }
    this.pipeline =
        new CommitPipeline(
            context,
            config,
            paths,
            recovered,
            log,
            producers,
            subscriptions,
            memory,
            trimmer,
            history,
            arbiter,
            this);
    this.compactor =
        new Compactor(
            context,
            config,
            log,
            trimmer,
            subscriptions,
            reader,
            history,
            this::epoch,
            pipeline::compact);
    this.intake = new AppendIntake(context, config, log, producers, pipeline, trimmer, arbiter);
    this.administrator = new Administrator(home, subscriptions, reader);
    this.fenceCheck = new FenceCheck(context, paths, new Belief());
    subscriptions.restore(recovered.cursors(), home);
    this.storage = context.storage().share();
    storage.set(log.retainedBytes());
  }

  /** Starts to work; called once, after whoever opened the partition knows it. */
  void start() {
    // Batches wait for the first part of this: only the segments' headers tell which of them are
    // repeats.
    new Scan(reader, producers, memory, arbiter, this).start(log, producersKnownTo);
    if (arbiter != null) {
      arbiter.start();
    }
    armOwnershipTimer();
  }

  @Override
  public void loaded(Segment segment, Body body) {
    if (history != null) {
      history.add(segment, body);
    }
    subscriptions.pump();
  }

  @Override
  public void producersKnown() {
    producersKnown = true;
    pipeline.producersKnown();
    admitIfKnown();
  }

  @Override
  public void finished() {
    // What is left of it belongs to no log any more.
    context.warm().drop(id);
    compactor.enable();
    pipeline.nudge();
  }

  @Override
  public void compacted(boolean tookEffect) {
    compactor.settled(tookEffect);
  }

  private void admitIfKnown() {
    if (producersKnown && recovery == null && !pipeline.isBroken() && end == null) {
      intake.admitAll();
      checkReleased();
    }
  }

  // ---- What the partition offers.

  @Override
  public Epoch epoch() {
    return pipeline.fence().epoch();
  }

  @Override
  public long creationId() {
    return pipeline.fence().creationId();
  }

  @Override
  public boolean hasEnded() {
    return end != null;
  }

  long pendingBytes() {
    return intake.pendingBytes();
  }

  void append(Batch batch, Completion<Appended> done) {
    intake.append(batch, done);
    watchDeadlines();
  }

  /**
   * @throws QueueException QOS_MISMATCH, INVALID_ARGUMENT, LIMIT_EXCEEDED
   */
  PublisherHandle attach(PublisherSpec spec) throws QueueException {
    QosRules.checkPublisher(spec, qos);
    return arbiter == null ? new FreePublisher(spec, qos) : arbiter.attach(spec);
  }

  private void missed(MissedDeadline deadline) {
    subscriptions.all().forEach(subscription -> subscription.missed(deadline));
  }

  void attach(
      SubscriptionSpec spec,
      ConsumerId consumer,
      ConsumerSink sink,
      Completion<ConsumerHandle> done) {
    fenceCheck.ask(Completion.of(held -> attachToOwner(spec, consumer, sink, done), done::failed));
  }

  private void attachToOwner(
      SubscriptionSpec spec,
      ConsumerId consumer,
      ConsumerSink sink,
      Completion<ConsumerHandle> done) {
    Subscription subscription;
    try {
      QosRules.checkConsumer(qos, spec.requested());
      Subscription known = subscriptions.find(spec);
      long from = qos.isVolatile() ? log.nextOffset() : log.firstOffset();
      subscription = known != null ? known : subscriptions.create(spec, from, home);
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    if (subscription.durability().hasBeenStored()) {
      attach(subscription, consumer, sink, done);
    } else {
      subscription
          .durability()
          .whenDurable(
              Completion.of(
                  stored -> attach(subscription, consumer, sink, done),
                  error -> done.failed(error)));
    }
  }

  private void attach(
      Subscription subscription,
      ConsumerId consumer,
      ConsumerSink sink,
      Completion<ConsumerHandle> done) {
    AttachedConsumer attached;
    try {
      if (whenReleased != null) {
        throw QueueException.notOwner(id, null, null);
      }
      if (subscription.isDeleted()) {
        throw QueueException.subscriptionBusy(subscription.name(), "it was deleted");
      }
      attached = subscription.attach(consumer, sink);
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    done.succeeded(attached);
  }

  void acknowledge(String name, List<OffsetRange> ranges, Completion<Done> done) {
    Subscription subscription;
    try {
      subscription = subscriptions.known(name);
    } catch (QueueException e) {
      refuse(e, done);
      return;
    }
    subscription.acknowledge(ranges, Completion.of(done::succeeded, error -> refuse(error, done)));
  }

  // Whoever is not attached may have from another owner what was never written here.
  private void refuse(QueueException error, Completion<Done> done) {
    if (error.reason() == QueueException.Reason.INVALID_ARGUMENT) {
      fenceCheck.ask(Completion.of(held -> done.failed(error), done::failed));
    } else {
      done.failed(error);
    }
  }

  Administrator administrator() {
    return administrator;
  }

  PartitionStats stats() {
    return new PartitionStats(
        epoch(),
        log.firstOffset(),
        log.nextOffset(),
        log.retainedMessages(),
        log.retainedBytes(),
        memory.residentBytes(),
        agenda.delayed(),
        dropped,
        history == null ? 0 : history.untracked(),
        arbiter == null ? PartitionStats.PublishingStats.NONE : arbiter.stats(),
        subscriptions.all().stream().map(Subscription::stats).toList());
  }

  // ---- Commits.

  private void work() {
    watchDeadlines();
    pipeline.nudge();
  }

  @Override
  public void landed() {
    storage.set(log.retainedBytes());
    subscriptions.pump();
    memory.enforceBudget();
    compactor.consider();
    checkReleased();
  }

  @Override
  public void dropped(long first, long end, long messages) {
    dropped += messages;
    listener.dropped(first, end, messages);
  }

  @Override
  public void uncertain() {
    intake.defer();
    var started =
        new Recovery(
            context,
            paths,
            acquisition,
            new Recovery.Outcome() {
              @Override
              public void recovered(Recovery.Recovered recovered) {
                recovery = null;
                reconcile(recovered);
              }

              @Override
              public void refused(QueueException why) {
                recovery = null;
                end(why);
              }
            });
    recovery = started;
    started.start();
  }

  private void reconcile(Recovery.Recovered recovered) {
    try {
      pipeline.resume(recovered);
    } catch (QueueException e) {
      end(e);
      return;
    }
    landed();
    if (end == null) {
      pipeline.nudge();
      admitIfKnown();
    }
  }

  @Override
  public void fenced() {
    intake.defer();
    pipeline.stop();
    // Only to say who it is now.
    context
        .zooKeeper()
        .get(
            paths.owner(),
            reply -> {
              if (end == null) {
                end(reply.isOk() ? newOwner(reply.get()) : gone(reply.code()));
              }
            });
  }

  private QueueException newOwner(ZooKeeperPort.Node node) {
    try {
      OwnerRecord record = OwnerRecord.decode(id, paths.owner(), node.data());
      return record == null
          ? QueueException.topicNotFound(id.topic())
          : QueueException.notOwner(id, record.owner().address(), new Epoch(node.stat().version()));
    } catch (QueueException e) {
      return e;
    }
  }

  private QueueException gone(Code code) {
    return code == Code.NO_NODE
        ? QueueException.topicNotFound(id.topic())
        : QueueException.notOwner(id, null, null);
  }

  // ---- Looking after the fence without writing.

  private void armOwnershipTimer() {
    ownershipTimer =
        context
            .loop()
            .schedule(
                context.options().ownershipCheckInterval(),
                () -> {
                  // Whoever writes would know.
                  if (pipeline.landedCommits() == landedAtLastCheck) {
                    suspect();
                  }
                  landedAtLastCheck = pipeline.landedCommits();
                  administrator.deleteIdle();
                  // Others may have used the node's budget up.
                  memory.enforceBudget();
                  armOwnershipTimer();
                });
  }

  @Override
  public void suspect() {
    if (verifying || pipeline.isBroken() || end != null) {
      return;
    }
    verifying = true;
    Fence fence = pipeline.fence();
    context
        .zooKeeper()
        .exists(
            paths.owner(),
            reply -> {
              verifying = false;
              boolean lost =
                  reply.isOk() ? !fence.isHeld(reply.get()) : reply.code() == Code.NO_NODE;
              if (lost && end == null && !pipeline.isBroken() && fence.equals(pipeline.fence())) {
                fenced();
              }
            });
  }

  @Override
  public void corrupt(QueueException why) {
    end(why);
  }

  /** What this owner believes of itself. */
  private final class Belief implements FenceCheck.Events {
    @Override
    public Fence fence() {
      return pipeline.fence();
    }

    @Override
    public boolean isRecovering() {
      return pipeline.isBroken();
    }

    @Override
    public void lost() {
      fenced();
    }
  }

  // ---- Deadlines.

  private void watchDeadlines() {
    if (deadlineTimer != null || end != null) {
      return;
    }
    Long deadline = firstDeadlineNanos();
    if (deadline != null) {
      long wait = Math.max(0, deadline - context.loop().nanoTime());
      deadlineTimer = context.loop().schedule(Duration.ofNanos(wait), this::onDeadline);
    }
  }

  private @Nullable Long firstDeadlineNanos() {
    var candidates = new ArrayList<@Nullable Long>();
    candidates.add(pipeline.firstDeadlineNanos());
    candidates.add(intake.firstDeadlineNanos());
    subscriptions
        .all()
        .forEach(subscription -> candidates.add(subscription.durability().firstDeadlineNanos()));
    long now = context.loop().nanoTime();
    Long first = null;
    for (Long candidate : candidates) {
      if (candidate != null && (first == null || candidate - now < first - now)) {
        first = candidate;
      }
    }
    return first;
  }

  // Whoever waits longest decides for all: later batches may not be stored once an earlier one was
  // given up.
  private void onDeadline() {
    deadlineTimer = null;
    Long deadline = firstDeadlineNanos();
    if (deadline != null && deadline - context.loop().nanoTime() <= 0) {
      intake.defer();
      pipeline.breakOff();
      var unknown = QueueException.outcomeUnknown("ZooKeeper did not answer in time");
      var unavailable = QueueException.storeUnavailable("ZooKeeper did not answer in time", null);
      pipeline.abandon(unknown, unavailable);
      intake.failAll(unavailable);
      subscriptions.all().forEach(subscription -> subscription.durability().failWaiters(unknown));
      admitIfKnown();
    }
    watchDeadlines();
  }

  // ---- The end.

  /**
   * Refuses nothing itself: whoever releases lets nothing in any more.
   *
   * @param why told to everybody who is here
   */
  void release(QueueException why, Runnable done) {
    whenReleased = done;
    releasedBecause = why;
    subscriptions.all().forEach(subscription -> subscription.closeSinks(why));
    releaseTimer = context.loop().schedule(context.options().releaseTimeout(), () -> finish(why));
    checkReleased();
  }

  private void checkReleased() {
    if (whenReleased != null
        && releasedBecause != null
        && intake.isEmpty()
        && pipeline.isIdle()
        && !subscriptions.hasDirty()
        && !pipeline.checkpoint()) {
      finish(releasedBecause);
    }
  }

  private void end(QueueException why) {
    boolean released = whenReleased != null;
    finish(why);
    if (!released) {
      listener.lost(why);
    }
  }

  private void finish(QueueException why) {
    if (end != null) {
      return;
    }
    end = why;
    context.warm().drop(id);
    storage.set(0);
    memory.stop();
    boolean uncertain = pipeline.isBroken();
    pipeline.stop();
    agenda.stop();
    trimmer.stop();
    compactor.stop();
    if (arbiter != null) {
      arbiter.stop();
    }
    if (recovery != null) {
      recovery.cancel();
    }
    Stream.of(deadlineTimer, ownershipTimer, releaseTimer).forEach(Serving::cancel);
    pipeline.abandon(
        uncertain ? QueueException.outcomeUnknown("the partition ended here meanwhile") : why, why);
    intake.failAll(why);
    subscriptions.all().forEach(subscription -> subscription.end(why));
    administrator.end(why);
    fenceCheck.stop(why);
    if (whenReleased != null) {
      whenReleased.run();
    }
  }

  private static void cancel(EventLoop.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}

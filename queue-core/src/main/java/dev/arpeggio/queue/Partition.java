package dev.arpeggio.queue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A partition at the node that owns it: publishes, delivers, acknowledges.
 *
 * <p>Belongs to the context's loop: every call is made there, and every completion, sink and
 * listener is called there. At most one owner's writes take effect at any time, whatever nodes
 * believe of themselves. What was confirmed is on disk on a quorum of ZooKeeper's servers; what is
 * not confirmed is reported with what is known of it.
 */
public final class Partition {
  private final OwnerContext context;
  private final PartitionId id;
  private final TopicConfig config;
  private final PartitionListener listener;
  private @Nullable Opener opening;
  private @Nullable Serving serving;
  private boolean opened;
  private QueueException refusal;

  public Partition(
      OwnerContext context, PartitionId id, TopicConfig config, PartitionListener listener) {
    this.context = context;
    this.id = id;
    this.config = config;
    this.listener = listener;
    this.refusal = QueueException.notOwner(id, null, null);
  }

  /**
   * Takes the partition over, whoever owns it. Call once.
   *
   * @param done fails with TOPIC_NOT_FOUND, PARTITION_NOT_FOUND, NOT_OWNER (another node was
   *     faster), STORE_CORRUPT, STORE_FORBIDDEN, STORE_UNAVAILABLE; after a failure, the object is
   *     of no use
   */
  public void open(Completion<Epoch> done) {
    checkLoop();
    if (opened) {
      throw new IllegalStateException(id + " is opened twice");
    }
    opened = true;
    var paths = new PartitionPaths(id);
    var acquisition = new Acquisition(context, id, paths);
    var opener = new Opener(paths, acquisition, done);
    opening = opener;
    opener.start();
  }

  /** Sees the takeover through. */
  private final class Opener implements Recovery.Outcome {
    private final PartitionPaths paths;
    private final Acquisition acquisition;
    private final Completion<Epoch> done;
    private final Recovery recovery;
    private final EventLoop.Timer deadline;

    Opener(PartitionPaths paths, Acquisition acquisition, Completion<Epoch> done) {
      this.paths = paths;
      this.acquisition = acquisition;
      this.done = done;
      this.recovery = new Recovery(context, paths, acquisition, this);
      this.deadline =
          context
              .loop()
              .schedule(
                  context.options().writeDeadline(),
                  () ->
                      giveUp(
                          QueueException.storeUnavailable(
                              "ZooKeeper did not answer in time", null)));
    }

    void start() {
      recovery.start();
    }

    @Override
    public void recovered(Recovery.Recovered recovered) {
      Serving started;
      try {
        started = new Serving(context, id, config, paths, acquisition, recovered, new Ending());
      } catch (QueueException e) {
        refused(e);
        return;
      }
      finish();
      serving = started;
      done.succeeded(started.epoch());
      started.start();
    }

    @Override
    public void refused(QueueException why) {
      finish();
      context.warm().drop(id);
      refusal = why;
      done.failed(why);
    }

    void giveUp(QueueException why) {
      recovery.cancel();
      refused(why);
    }

    private void finish() {
      opening = null;
      deadline.cancel();
    }
  }

  /**
   * Which of the topics of this name, one after the other, the partition is of: never the same for
   * two of them. To be asked when it has been opened.
   */
  public long incarnation() {
    checkLoop();
    if (serving == null) {
      throw new IllegalStateException(id + " is not open");
    }
    return serving.creationId();
  }

  /**
   * Publishes a batch; succeeds when it is durable. Batches of one producer are stored in the order
   * of the calls; after one failed, its producer must not go on with later ones.
   *
   * @param done fails with INVALID_ARGUMENT, MESSAGE_TOO_LARGE, OUT_OF_SEQUENCE, LIMIT_EXCEEDED,
   *     NOT_OWNER, STORE_UNAVAILABLE; with OUTCOME_UNKNOWN if the batch may be stored: a repeat is
   *     then recognised
   */
  public void append(Batch batch, Completion<Appended> done) {
    checkLoop();
    if (serving == null) {
      done.failed(refusal);
    } else {
      serving.append(batch, done);
    }
  }

  /**
   * Lets a publisher in that offers what the topic demands. One that is not let in may append all
   * the same, with nothing offered: with strength 0, and the topic's lease.
   *
   * @throws QueueException QOS_MISMATCH, INVALID_ARGUMENT (producer_id, strength, lease_ms),
   *     LIMIT_EXCEEDED, NOT_OWNER
   */
  public PublisherHandle attach(PublisherSpec publisher) throws QueueException {
    checkLoop();
    if (serving == null) {
      throw refusal;
    }
    return serving.attach(publisher);
  }

  /** Bytes accepted and not yet committed. */
  public long pendingBytes() {
    return serving == null ? 0 : serving.pendingBytes();
  }

  /**
   * Attaches a consumer, which gets nothing before it has given credit. Creates the subscription if
   * it does not exist, where the topic says that subscriptions begin. A consumer with the same id
   * is replaced: its leases end, its sink is closed.
   *
   * @param done fails with INVALID_NAME, INVALID_ARGUMENT (the subscription is of another kind),
   *     SUBSCRIPTION_BUSY (it is exclusive and has a consumer), LIMIT_EXCEEDED (too many
   *     subscriptions or consumers), NOT_OWNER, STORE_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  public void attach(
      SubscriptionSpec subscription,
      ConsumerId id,
      ConsumerSink sink,
      Completion<ConsumerHandle> done) {
    checkLoop();
    if (serving == null) {
      done.failed(refusal);
    } else if (!Names.isValid(subscription.name())) {
      done.failed(QueueException.invalidName("subscription", subscription.name()));
    } else {
      serving.attach(subscription, id, sink, done);
    }
  }

  /** Attaches a consumer to a subscription of whatever kind; see the other method. */
  public void attach(
      String subscription, ConsumerId id, ConsumerSink sink, Completion<ConsumerHandle> done) {
    attach(SubscriptionSpec.named(subscription), id, sink, done);
  }

  /**
   * These messages are processed, whoever holds their leases; again is no error.
   *
   * @param done succeeds when that is durable; fails with INVALID_ARGUMENT (no such subscription or
   *     offset), LIMIT_EXCEEDED, NOT_OWNER, STORE_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  public void acknowledge(String subscription, List<OffsetRange> ranges, Completion<Done> done) {
    checkLoop();
    if (serving == null) {
      done.failed(refusal);
    } else {
      serving.acknowledge(subscription, ranges, done);
    }
  }

  /** What an administrator does. */
  public Administration administration() {
    return new Administration(this);
  }

  /** Who answers administrators; null: nobody, which the caller was told. */
  @Nullable Administrator administrator(Completion<?> caller) {
    checkLoop();
    if (serving == null) {
      caller.failed(refusal);
      return null;
    }
    return serving.administrator();
  }

  /** The state at this moment; only while the partition is served. */
  public PartitionStats stats() {
    if (serving == null) {
      throw new IllegalStateException(id + " is not served");
    }
    return serving.stats();
  }

  /** Whether the partition is open, and neither lost nor released. */
  public boolean isServed() {
    return serving != null;
  }

  /** Hands over without knowing to whom; see the other method. */
  public void release(Runnable done) {
    release(Optional.empty(), done);
  }

  /**
   * Hands over gracefully: from now on refuses everything with NOT_OWNER, closes the sinks and
   * commits what was accepted.
   *
   * @param heir address of who is to serve next; told to whoever is refused
   * @param done runs once, when that is durable or the time for it is over; the listener is not
   *     told
   */
  public void release(Optional<String> heir, Runnable done) {
    checkLoop();
    Serving released = serving;
    serving = null;
    refusal = QueueException.notOwner(id, heir.orElse(null), null);
    if (opening != null) {
      opening.giveUp(refusal);
    }
    if (released == null) {
      done.run();
    } else {
      released.release(refusal, done);
    }
  }

  /** Passes on what the listener is told, and takes note of the end. */
  private final class Ending implements PartitionListener {
    @Override
    public void lost(QueueException why) {
      serving = null;
      refusal = why;
      listener.lost(why);
    }

    @Override
    public void dropped(long first, long end, long messages) {
      listener.dropped(first, end, messages);
    }
  }

  private void checkLoop() {
    if (!context.loop().isCurrent()) {
      throw new IllegalStateException(id + " is used outside of its loop");
    }
  }
}

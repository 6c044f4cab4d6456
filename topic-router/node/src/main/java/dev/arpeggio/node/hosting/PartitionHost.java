package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Epoch;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PartitionListener;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this node serves, among those that fall to one event loop.
 *
 * <p>Chord suggests, ZooKeeper decides: a partition is opened when a request comes for it and the
 * ring says that it is ours; opening moves its epoch in ZooKeeper, which is what keeps two nodes
 * that both believe it from doing harm. A partition that was fenced soon after it was opened is not
 * opened again before {@link #COOL_DOWN} is over, so that two such nodes do not take it from each
 * other with every request.
 *
 * <p>Single-threaded on its event loop.
 */
public final class PartitionHost {

  /**
   * How long a partition that was fenced soon is left to whoever took it. A few rounds of the
   * ring's stabilisation.
   */
  static final Duration COOL_DOWN = Duration.ofMillis(500);

  /**
   * Who had a partition for this long and is fenced did not quarrel about it: it was paused, and
   * wakes. Then it is the ring's to say whose it is; clients would wait for the rest in vain.
   */
  static final Duration SETTLED = Duration.ofSeconds(2);

  /** Requests that may wait for one partition to open. */
  static final int MAX_WAITING = 10_000;

  /** Makes the partition objects; closes over identity, options, ZooKeeper and the event loop. */
  public interface PartitionFactory {
    Partition create(PartitionId id, TopicConfig config, PartitionListener listener);
  }

  /** Where a topic's configuration comes from. */
  public interface TopicSource {
    void get(TopicName topic, Completion<TopicConfig> completion);
  }

  private enum Phase {
    OPENING,
    OPEN,
    RELEASING,
    FENCED
  }

  private static final class Hosted {
    Phase phase = Phase.OPENING;
    @Nullable OpenPartition open;
    long openedNanos;
    List<PartitionUse> waiting = new ArrayList<>();
    List<Runnable> whenReleased = new ArrayList<>();

    /** Seen while this was opening, perhaps with an earlier one. */
    @Nullable TopicConfig newest;
  }

  private final OwnerDirectory directory;
  private final TopicSource topics;
  private final PartitionFactory factory;
  private final EventLoop loop;
  private final ConfigCheck configCheck;
  private final Map<PartitionId, Hosted> hosted = new LinkedHashMap<>();
  private boolean draining;

  // While draining: who serves next what was served here, and what that was.
  private Optional<String> heir = Optional.empty();
  private final Set<PartitionId> handedOver = new LinkedHashSet<>();

  /** The size of {@link #hosted}, for other threads. */
  private volatile int serving;

  public PartitionHost(
      OwnerDirectory directory, TopicSource topics, PartitionFactory factory, EventLoop loop) {
    this.directory = directory;
    this.topics = topics;
    this.factory = factory;
    this.loop = loop;
    this.configCheck =
        new ConfigCheck(
            loop,
            topics,
            () -> hosted.keySet().stream().map(PartitionId::topic).toList(),
            this::takeUp);
  }

  /**
   * Gives the partition to {@code use}, opening it if the ring says that it is ours, or says why
   * not and who has it.
   */
  public void use(PartitionId id, PartitionUse use) {
    if (draining) {
      use.refused(drained(id));
      return;
    }
    Hosted entry = hosted.get(id);
    if (entry != null && entry.phase == Phase.OPEN && entry.open != null) {
      use.ready(entry.open);
    } else if (!directory.isMember()) {
      use.refused(new Refusal.RingUnavailable("this node has not joined the ring yet"));
    } else if (!directory.owns(id)) {
      directory.locate(
          id,
          owner -> {
            if (directory.owns(id)) {
              // By asking, the node has learned that its predecessor is gone.
              use(id, use);
            } else {
              use.refused(elsewhere(id, owner));
            }
          });
    } else if (entry == null) {
      open(id, use);
    } else if (entry.phase == Phase.OPENING && entry.waiting.size() < MAX_WAITING) {
      entry.waiting.add(use);
    } else {
      use.refused(new Refusal.RingUnavailable("the partition " + id + " is changing hands"));
    }
  }

  /**
   * Looks at the configuration of the partition's topic, and gives the partition to {@code use}
   * once it is served under that.
   */
  public void refresh(PartitionId id, PartitionUse use) {
    topics.get(
        id.topic(),
        Completion.of(
            config -> {
              takeUp(id, config);
              use(id, use);
            },
            error -> use.refused(new Refusal.Failed(error))));
  }

  private void takeUp(TopicName topic, TopicConfig config) {
    List.copyOf(hosted.keySet()).stream()
        .filter(id -> id.topic().equals(topic))
        .forEach(id -> takeUp(id, config));
  }

  private void takeUp(PartitionId id, TopicConfig config) {
    Hosted entry = hosted.get(id);
    if (entry == null) {
      return;
    }
    if (entry.phase == Phase.OPENING) {
      entry.newest = config;
    } else if (entry.phase == Phase.OPEN
        && entry.open != null
        && !entry.open.config().equals(config)) {
      reopen(id, entry);
    }
  }

  /**
   * To be called after every change of the ring around this node: lets go of what is no longer
   * ours.
   */
  public void ringChanged() {
    for (Map.Entry<PartitionId, Hosted> entry : List.copyOf(hosted.entrySet())) {
      if (entry.getValue().phase == Phase.OPEN && !directory.owns(entry.getKey())) {
        release(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * To be called after partitions got other places on the ring: hands over what now lies elsewhere,
   * which can be anywhere, and serves it until the ring has said where.
   */
  public void placementChanged() {
    for (Map.Entry<PartitionId, Hosted> entry : List.copyOf(hosted.entrySet())) {
      PartitionId id = entry.getKey();
      Hosted value = entry.getValue();
      if (value.phase == Phase.OPEN && !directory.owns(id)) {
        directory.locate(
            id,
            owner -> {
              if (value.phase == Phase.OPEN && !draining && !directory.owns(id)) {
                release(id, value, owner);
              }
            });
      }
    }
  }

  /**
   * Refuses everything new from now on and releases all partitions.
   *
   * @param next host:port of who serves them next, where that is known
   * @param done runs once, when what they had accepted is settled
   */
  public void drain(Optional<String> next, Runnable done) {
    draining = true;
    heir = next;
    handedOver.addAll(hosted.keySet());
    Runnable finished =
        new Runnable() {
          private int left = hosted.size();

          @Override
          public void run() {
            if (--left <= 0) {
              done.run();
            }
          }
        };
    if (hosted.isEmpty()) {
      done.run();
      return;
    }
    for (Map.Entry<PartitionId, Hosted> entry : List.copyOf(hosted.entrySet())) {
      Hosted value = entry.getValue();
      switch (value.phase) {
        case OPEN -> {
          value.whenReleased.add(finished);
          release(entry.getKey(), value);
        }
        case OPENING, RELEASING -> value.whenReleased.add(finished);
        case FENCED -> finished.run();
      }
    }
  }

  /** Partitions that are open here. */
  List<PartitionId> served() {
    return hosted.entrySet().stream()
        .filter(entry -> entry.getValue().phase == Phase.OPEN)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a partition is open here, on its way, or was a moment ago. */
  boolean hosts(PartitionId id) {
    return hosted.containsKey(id);
  }

  /** Whether the partition is served here now. */
  public boolean isOpen(PartitionId id) {
    Hosted entry = hosted.get(id);
    return entry != null && entry.phase == Phase.OPEN;
  }

  /** Partitions that are open here or on their way. Any thread. */
  public int serving() {
    return serving;
  }

  private void open(PartitionId id, PartitionUse use) {
    Hosted entry = new Hosted();
    entry.waiting.add(use);
    hosted.put(id, entry);
    serving = hosted.size();
    configCheck.start();
    load(id, entry);
  }

  /**
   * A handover from this node to itself: what was accepted is settled under the old configuration,
   * what comes meanwhile waits, and is served under the new one.
   */
  private void reopen(PartitionId id, Hosted old) {
    Hosted entry = new Hosted();
    entry.waiting = old.waiting;
    hosted.put(id, entry);
    old.whenReleased.add(() -> load(id, entry));
    release(id, old);
  }

  private void load(PartitionId id, Hosted entry) {
    topics.get(
        id.topic(),
        new Completion<>() {
          @Override
          public void succeeded(TopicConfig config) {
            acquire(id, entry, config);
          }

          @Override
          public void failed(QueueException e) {
            abandon(id, entry, e);
          }
        });
  }

  private void acquire(PartitionId id, Hosted entry, TopicConfig config) {
    Partition partition = factory.create(id, config, why -> lost(id, entry, why));
    partition.open(
        new Completion<>() {
          @Override
          public void succeeded(Epoch epoch) {
            OpenPartition open =
                new OpenPartition(partition, config, epoch, partition.incarnation());
            entry.phase = Phase.OPEN;
            entry.open = open;
            entry.openedNanos = loop.nanoTime();
            if (!draining && entry.newest != null && !entry.newest.equals(config)) {
              reopen(id, entry);
              return;
            }
            List<PartitionUse> waiting = entry.waiting;
            entry.waiting = new ArrayList<>();
            if (draining || !directory.owns(id)) {
              Refusal refusal =
                  draining
                      ? drained(id)
                      : new Refusal.RingUnavailable("the partition " + id + " is changing hands");
              waiting.forEach(use -> use.refused(refusal));
              release(id, entry);
            } else {
              waiting.forEach(use -> use.ready(open));
            }
          }

          @Override
          public void failed(QueueException e) {
            abandon(id, entry, e);
          }
        });
  }

  private void abandon(PartitionId id, Hosted entry, QueueException cause) {
    remove(id, entry);
    Refusal refusal = draining ? drained(id) : new Refusal.Failed(cause);
    entry.waiting.forEach(use -> use.refused(refusal));
    entry.whenReleased.forEach(Runnable::run);
  }

  private void remove(PartitionId id, Hosted entry) {
    hosted.remove(id, entry);
    serving = hosted.size();
  }

  private void release(PartitionId id, Hosted entry) {
    release(id, entry, draining ? heir : directory.heir(id));
  }

  private void release(PartitionId id, Hosted entry, Optional<String> next) {
    OpenPartition open = entry.open;
    if (open == null) {
      throw new IllegalStateException("an open partition without its object: " + id);
    }
    entry.phase = Phase.RELEASING;
    open.partition()
        .release(
            next,
            () -> {
              remove(id, entry);
              entry.whenReleased.forEach(Runnable::run);
            });
  }

  /**
   * Somebody else took it, or it was deleted, while we served it. A partition that is being opened
   * or released reports by itself.
   */
  private void lost(PartitionId id, Hosted entry, QueueException why) {
    if (entry.phase != Phase.OPEN) {
      return;
    }
    // A deleted topic leaves nobody to leave it to; and there may be a new one of its name already.
    boolean deleted = why.reason() == QueueException.Reason.TOPIC_NOT_FOUND;
    if (deleted || loop.nanoTime() - entry.openedNanos >= SETTLED.toNanos()) {
      remove(id, entry);
      return;
    }
    entry.phase = Phase.FENCED;
    entry.open = null;
    loop.schedule(COOL_DOWN, () -> remove(id, entry));
  }

  private Refusal drained(PartitionId id) {
    return heir.isPresent() && handedOver.contains(id)
        ? new Refusal.OtherOwner(heir.get(), Optional.empty())
        : new Refusal.Draining();
  }

  private static Refusal elsewhere(PartitionId id, Optional<String> owner) {
    return owner
        .<Refusal>map(address -> new Refusal.OtherOwner(address, Optional.empty()))
        .orElseGet(
            () -> new Refusal.RingUnavailable("the ring did not say who owns the partition " + id));
  }
}

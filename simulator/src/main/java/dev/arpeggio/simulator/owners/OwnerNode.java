package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.ByteBudget;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.NodeIdentity;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.OwnerContext;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.WarmSegments;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import dev.arpeggio.simulator.VirtualTime;
import dev.arpeggio.simulator.zookeeper.Ensemble;
import dev.arpeggio.simulator.zookeeper.ModelPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node that would own the partition: opens it on request while it believes itself
 * responsible, as the host of partitions does in production.
 */
final class OwnerNode {
  private static final Duration SESSION = Duration.ofSeconds(4);
  private static final long STAND_BACK_NANOS = Duration.ofMillis(500).toNanos();

  private final PartitionId id;
  private final TopicConfig config;
  private final Features features;
  private final Ledger ledger;
  private final OwnerLoop loop;
  private final ModelPort client;
  private final OwnerContext context;
  private @Nullable Opened opened;
  private boolean responsible;
  private long notBeforeNanos;

  /** One opening of the partition, and what it has delivered to whom. */
  static final class Opened {
    private final Features features;
    private final Ledger ledger;
    // The log as it was when this opening found it.
    private long foundTo = Long.MAX_VALUE;
    private boolean hasReadAll;
    private final Map<String, Deliveries> deliveries = new TreeMap<>();
    private @Nullable Partition partition;
    private boolean ready;

    Opened(Features features, Ledger ledger) {
      this.features = features;
      this.ledger = ledger;
    }

    private void start() {
      ready = true;
      foundTo = ledger.end();
    }

    Deliveries deliveries(String subscription) {
      return deliveries.computeIfAbsent(
          subscription, name -> new Deliveries(name, features.kind(name), ledger));
    }

    /** Nothing is delivered from behind a segment that was not read yet. */
    void delivered(OffsetRange range) {
      hasReadAll |= range.end() > foundTo;
    }

    /** A batch is confirmed; what a former owner had stored counts as found. */
    void confirmed(List<String> texts) {
      for (String text : texts) {
        Sample sample = Sample.of(text);
        Long offset = ledger.offset(text);
        if (hasReadAll && offset != null && offset >= foundTo && ledger.needsEverybody(offset)) {
          features.kinds().keySet().stream()
              .filter(ledger::isStored)
              .forEach(subscription -> deliveries(subscription).confirmed(offset, sample));
        }
      }
    }

    Partition partition() {
      if (partition == null) {
        throw new IllegalStateException("used before it is there");
      }
      return partition;
    }
  }

  OwnerNode(
      Plan plan,
      PartitionId id,
      TopicConfig config,
      VirtualTime time,
      Ensemble zooKeeper,
      Ledger ledger,
      DeadLetters deadLetters,
      int life) {
    this.id = id;
    this.config = plan.bug().plantIn(config);
    this.features = plan.features();
    this.ledger = ledger;
    this.loop = new OwnerLoop(time, life);
    this.client = zooKeeper.client(loop, SESSION);
    ZooKeeperPort port = plan.bug().plantIn(client, id, loop);
    this.context =
        new OwnerContext(
            new NodeIdentity("n" + life, "n" + life + ":7000"),
            loop,
            port,
            new Randomness(plan.seed()).of(Concern.NODE, life),
            plan.options(),
            ByteBudget.unlimited(),
            ByteBudget.unlimited(),
            plan.bug().plantIn(deadLetters.from(loop)),
            WarmSegments.none());
  }

  OwnerLoop loop() {
    return loop;
  }

  ModelPort client() {
    return client;
  }

  boolean isAlive() {
    return !loop.isDead();
  }

  void kill() {
    loop.kill();
    client.kill();
  }

  /** It believes that the partition should be its own. */
  void suggest() {
    responsible = true;
  }

  /** It has heard that the partition should be another's, and hands over. */
  void withdraw() {
    responsible = false;
    loop.execute(
        () -> {
          Opened handedOver = opened;
          if (handedOver != null && !responsible) {
            handedOver.partition().release(() -> close(handedOver));
            handedOver.ready = false;
          }
        });
  }

  /** The partition if it is served here; otherwise it may be the next time. On the loop. */
  @Nullable Opened served() {
    if (opened == null) {
      if (responsible && loop.nanoTime() >= notBeforeNanos) {
        open();
      }
      return null;
    }
    return opened.ready ? opened : null;
  }

  private void open() {
    Opened opening = new Opened(features, ledger);
    opened = opening;
    Partition created = new Partition(context, id, config, why -> end(opening, why));
    opening.partition = created;
    created.open(Completion.of(epoch -> opening.start(), why -> end(opening, why)));
  }

  private void end(Opened ending, QueueException why) {
    if (!why.isRetryable()) {
      throw new Breach(Rule.NO_BUG, "a node gives the partition up: " + why.getMessage());
    }
    close(ending);
  }

  private void close(Opened closing) {
    closing.ready = false;
    if (opened == closing) {
      opened = null;
      notBeforeNanos = loop.nanoTime() + STAND_BACK_NANOS;
    }
  }
}

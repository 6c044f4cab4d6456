package dev.arpeggio.node.placement;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Placement;
import dev.arpeggio.queue.PlacementStore;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no node owns far more than its share: now and then, and only on the node that the
 * ring gives this task to. Two that believe so do no harm, since a placement is replaced on the
 * condition that it is the one that was looked at.
 *
 * <p>Moves nothing until it has found the same ring twice in a row: a node that is restarted gets
 * its partitions back, and moving them away meanwhile would move each twice. On its event loop.
 */
public final class Balancer {
  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

  /** Whoever owns this on the ring has the task. No partition has this name. */
  public static final String KEY = "arpeggio balancer";

  /** Every move interrupts one partition for as long as a handover takes. */
  static final int MAX_MOVES = 16;

  /** What the ring looks like. */
  public interface Ring {
    /**
     * Walks the ring.
     *
     * @param answer gets the members in the order of their places, or none if the ring is not
     *     ideal; once, on the balancer's loop
     */
    void members(Consumer<List<Peer>> answer);
  }

  /** Which topics there are. */
  public interface Topics {
    void list(Completion<SortedMap<TopicName, TopicConfig>> done);
  }

  private final IdSpace space;
  private final EventLoop loop;
  private final BooleanSupplier onDuty;
  private final Ring ring;
  private final Topics topics;
  private final PlacementStore store;
  private final Duration period;
  private List<Peer> lastMembers = List.of();
  private Placement known = Placement.byName();

  /**
   * @param onDuty whether the ring gives the task to this node
   * @param period how often it looks
   */
  public Balancer(
      IdSpace space,
      EventLoop loop,
      BooleanSupplier onDuty,
      Ring ring,
      Topics topics,
      PlacementStore store,
      Duration period) {
    this.space = space;
    this.loop = loop;
    this.onDuty = onDuty;
    this.ring = ring;
    this.topics = topics;
    this.store = store;
    this.period = period;
  }

  /** To be called once. */
  public void start() {
    loop.schedule(period, this::look);
  }

  private void look() {
    if (onDuty.getAsBoolean()) {
      ring.members(this::seen);
    } else {
      rest(List.of());
    }
  }

  private void rest(List<Peer> members) {
    lastMembers = members;
    loop.schedule(period, this::look);
  }

  private void seen(List<Peer> members) {
    if (members.isEmpty() || !members.equals(lastMembers)) {
      rest(members);
      return;
    }
    topics.list(
        Completion.of(
            all ->
                store.refresh(
                    known,
                    Completion.of(
                        placement -> {
                          known = placement;
                          balance(members, partitions(all));
                        },
                        failure -> giveUp(members, failure))),
            failure -> giveUp(members, failure)));
  }

  private void balance(List<Peer> members, List<PartitionId> partitions) {
    Placement better = Balance.of(space, members, partitions, known, MAX_MOVES);
    if (better.numbers().equals(known.numbers())) {
      rest(members);
      return;
    }
    store.replace(
        better,
        Completion.of(
            replaced -> {
              LOG.info(
                  "balance: {} of {} partitions lie elsewhere than by their names ({})",
                  better.moved(),
                  partitions.size(),
                  replaced ? "stored" : "another node was faster");
              rest(members);
            },
            failure -> giveUp(members, failure)));
  }

  private void giveUp(List<Peer> members, QueueException failure) {
    LOG.info("balance: {}; trying again in {}", failure.getMessage(), period);
    rest(members);
  }

  /** All partitions of all topics. */
  public static List<PartitionId> partitions(SortedMap<TopicName, TopicConfig> topics) {
    List<PartitionId> all = new ArrayList<>();
    topics.forEach(
        (topic, config) -> {
          for (int partition = 0; partition < config.partitions(); partition++) {
            all.add(new PartitionId(topic, partition));
          }
        });
    return all;
  }
}

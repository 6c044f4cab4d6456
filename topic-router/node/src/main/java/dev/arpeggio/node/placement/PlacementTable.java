package dev.arpeggio.node.placement;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Placement;
import dev.arpeggio.queue.PlacementStore;
import dev.arpeggio.queue.QueueException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of the placement, read again all the while. Where ZooKeeper does not answer, the
 * last copy holds.
 *
 * <p>On its event loop, but for what says otherwise.
 */
public final class PlacementTable {
  private static final Logger LOG = LoggerFactory.getLogger(PlacementTable.class);

  /** How long nodes may disagree after a change that nobody told them of. */
  static final Duration PERIOD = Duration.ofMillis(500);

  private final PlacementStore store;
  private final EventLoop loop;
  private Runnable changed = () -> {};
  private volatile boolean reading;
  private Optional<String> lastFailure = Optional.empty();
  private volatile Placement current = Placement.byName();

  public PlacementTable(PlacementStore store, EventLoop loop) {
    this.store = store;
    this.loop = loop;
  }

  /** What the ring hashes for a partition, as far as this node knows. Any thread. */
  public String key(PartitionId id) {
    return current.key(id);
  }

  /** Any thread. */
  public Placement current() {
    return current;
  }

  /**
   * Reads the placement a first time, and then again and again. To be called once.
   *
   * @param done fails as {@link PlacementStore#refresh}; then nothing goes on
   */
  public void start(Completion<Done> done) {
    store.refresh(
        current,
        Completion.of(
            placement -> {
              current = placement;
              loop.schedule(PERIOD, this::tick);
              done.succeeded(Done.DONE);
            },
            done::failed));
  }

  /** What runs on the loop after each change. */
  public void whenChanged(Runnable listener) {
    changed = listener;
  }

  /** Has the placement looked at now: somebody's view does not fit this copy. Any thread. */
  public void doubt() {
    if (!reading) {
      loop.execute(this::refresh);
    }
  }

  private void refresh() {
    if (reading) {
      return;
    }
    reading = true;
    store.refresh(
        current,
        Completion.of(
            placement -> {
              reading = false;
              lastFailure = Optional.empty();
              take(placement);
            },
            failure -> {
              reading = false;
              report(failure);
            }));
  }

  private void tick() {
    refresh();
    loop.schedule(PERIOD, this::tick);
  }

  private void take(Placement placement) {
    if (placement != current) {
      LOG.info("{} partitions lie elsewhere than by their names", placement.moved());
      current = placement;
      changed.run();
    }
  }

  private void report(QueueException failure) {
    Optional<String> message = Optional.of(String.valueOf(failure.getMessage()));
    if (!message.equals(lastFailure)) {
      LOG.warn("the placement is as it was read last: {}", failure.getMessage());
      lastFailure = message;
    }
  }
}

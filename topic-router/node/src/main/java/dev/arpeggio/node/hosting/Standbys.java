package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Standby;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The partitions of others that this node keeps warm, among those that fall to one event loop: the
 * ones that their owners have named lately.
 *
 * <p>Single-threaded on its event loop.
 */
public final class Standbys {
  /** From one telling of an owner to the next. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  /** A partition that was not named for so long is kept no more. */
  static final Duration PATIENCE = INTERVAL.multipliedBy(4);

  /**
   * Those that are kept at most; others are not, which costs only time when they are taken over.
   */
  static final int MAX_PARTITIONS = 4_096;

  private static final class Kept {
    private final Standby standby;
    private long namedNanos;

    private Kept(Standby standby) {
      this.standby = standby;
    }
  }

  private final EventLoop loop;
  private final Function<PartitionId, Standby> factory;
  private final Map<PartitionId, Kept> kept = new LinkedHashMap<>();
  private boolean expiring;

  /**
   * @param factory makes them, for the same loop
   */
  public Standbys(EventLoop loop, Function<PartitionId, Standby> factory) {
    this.loop = loop;
    this.factory = factory;
  }

  /** An owner asks for these; those that are served here are none of its own any more. */
  void keep(Collection<PartitionId> named) {
    for (PartitionId id : named) {
      Kept entry = kept.get(id);
      if (entry == null) {
        if (kept.size() == MAX_PARTITIONS) {
          return;
        }
        entry = new Kept(factory.apply(id));
        kept.put(id, entry);
      }
      entry.namedNanos = loop.nanoTime();
      entry.standby.refresh();
    }
    if (!expiring && !kept.isEmpty()) {
      expiring = true;
      loop.schedule(INTERVAL, this::expire);
    }
  }

  /** This node takes the partition over, with what was read of it. */
  public void promote(PartitionId id) {
    Kept entry = kept.remove(id);
    if (entry != null) {
      entry.standby.promote();
    }
  }

  private void expire() {
    long now = loop.nanoTime();
    for (Iterator<Kept> i = kept.values().iterator(); i.hasNext(); ) {
      Kept entry = i.next();
      if (now - entry.namedNanos > PATIENCE.toNanos()) {
        entry.standby.stop();
        i.remove();
      }
    }
    if (kept.isEmpty()) {
      expiring = false;
    } else {
      loop.schedule(INTERVAL, this::expire);
    }
  }
}

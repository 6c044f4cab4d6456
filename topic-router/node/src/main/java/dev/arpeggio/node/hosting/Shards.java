package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The event loops of a node with the partitions that fall to each. Immutable; any thread. */
public final class Shards {

  /** One loop and its partitions. {@code host} is touched on {@code loop} only. */
  public record Shard(EventLoop loop, PartitionHost host) {}

  private final List<Shard> shards;

  public Shards(List<Shard> shards) {
    if (shards.isEmpty()) {
      throw new IllegalArgumentException("a node needs at least one shard");
    }
    this.shards = List.copyOf(shards);
  }

  /** The shard of a partition: always the same one. */
  public Shard of(PartitionId id) {
    return shards.get(Math.floorMod(id.hashCode(), shards.size()));
  }

  /** Tells every host that the ring has changed around this node. */
  public void ringChanged() {
    for (Shard shard : shards) {
      shard.loop().execute(shard.host()::ringChanged);
    }
  }

  /**
   * Drains every host.
   *
   * @param heir host:port of who serves next, where that is known
   * @param done runs once, on the loop of the last
   */
  public void drain(Optional<String> heir, Runnable done) {
    AtomicInteger left = new AtomicInteger(shards.size());
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            done.run();
          }
        };
    for (Shard shard : shards) {
      shard.loop().execute(() -> shard.host().drain(heir, one));
    }
  }

  /** Partitions that are open here or on their way. */
  public int serving() {
    return shards.stream().mapToInt(shard -> shard.host().serving()).sum();
  }
}

package dev.arpeggio.node.hosting;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The event loops of a node with the partitions that fall to each. Immutable; any thread. */
public final class Shards {

  /**
   * One loop, its partitions, and those of others that it keeps warm; both are touched on {@code
   * loop} only.
   */
  public record Shard(EventLoop loop, PartitionHost host, Standbys standbys) {}

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

  /** Tells every host that partitions got other places on the ring. */
  public void placementChanged() {
    for (Shard shard : shards) {
      shard.loop().execute(shard.host()::placementChanged);
    }
  }

  /** Hands over what is served, for each loop on that loop. */
  public void served(Consumer<List<PartitionId>> each) {
    for (Shard shard : shards) {
      shard.loop().execute(() -> each.accept(shard.host().served()));
    }
  }

  /** Keeps partitions of others warm, except for those that are served here. */
  public void keepWarm(List<PartitionId> named) {
    Map<Shard, List<PartitionId>> byShard =
        named.stream().collect(groupingBy(this::of, LinkedHashMap::new, toList()));
    byShard.forEach(
        (shard, ids) ->
            shard
                .loop()
                .execute(
                    () ->
                        shard
                            .standbys()
                            .keep(ids.stream().filter(id -> !shard.host().hosts(id)).toList())));
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

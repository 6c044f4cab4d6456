package dev.arpeggio.node.placement;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Placement;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Spreads partitions over the members of a ring: consistent hashing with bounded loads (Mirrokni,
 * Thorup, Zadimoghaddam 2018). There a ball goes on to the next bin that is not full. Here it gets
 * another number, and with it another place on the ring, so that who owns a partition remains a
 * question to the ring alone.
 *
 * <p>The result is a pure function of the arguments.
 */
final class Balance {
  /** Nobody is to own more than this many times the share of one, rounded up. */
  private static final double BOUND = 1.25;

  /** Numbers that are tried for one partition. */
  private static final int TRIES = 256;

  private final Loads loads;
  private final SortedMap<String, Integer> numbers = new TreeMap<>();
  private final int capacity;

  private Balance(Loads loads, List<PartitionId> partitions, Placement now) {
    this.loads = loads;
    for (PartitionId id : partitions) {
      if (now.number(id) != 0) {
        numbers.put(id.toString(), now.number(id));
      }
    }
    capacity = (int) Math.ceil(BOUND * partitions.size() / loads.members());
  }

  /**
   * The placement after moves that bring everybody within the bound, or as near as they reach.
   *
   * @param members at least one
   * @param partitions all there are; others lose their numbers
   * @param maxMoves that are made at once
   */
  static Placement of(
      IdSpace space,
      Collection<Peer> members,
      List<PartitionId> partitions,
      Placement now,
      int maxMoves) {
    Balance balance = new Balance(new Loads(space, members, partitions, now), partitions, now);
    int moves = 0;
    while (moves < maxMoves && balance.numbers.size() < Placement.MAX_MOVED && balance.move()) {
      moves++;
    }
    return now.with(balance.numbers);
  }

  /** Takes one partition from whoever has most to whoever has least, as near as numbers reach. */
  private boolean move() {
    SortedSet<PartitionId> fullest = loads.fullest();
    return fullest.size() > capacity
        && List.copyOf(fullest).stream().anyMatch(id -> move(id, fullest));
  }

  private boolean move(PartitionId id, SortedSet<PartitionId> from) {
    int best = -1;
    // Else there is nothing to be gained.
    int least = Math.min(capacity, from.size() - 1);
    for (int number = 0; number < TRIES; number++) {
      int size = loads.at(Placement.key(id, number)).size();
      if (size < least) {
        best = number;
        least = size;
      }
    }
    if (best < 0) {
      return false;
    }
    from.remove(id);
    loads.at(Placement.key(id, best)).add(id);
    numbers.put(id.toString(), best);
    return true;
  }
}

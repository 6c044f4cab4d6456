package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of a subscription's consumers is in charge of which of a topic's partitions, where one of
 * them is in charge of a partition at a time. Stateless.
 *
 * <p>The owners of the partitions do not talk to each other. Each of them knows its partition's
 * consumers, which attach to all partitions; so each carries out the same steps and looks at its
 * own partition in the result. Consumers come in the order of their identifiers, which is that of
 * their making where these begin with the time. The first gets all partitions; each that follows
 * takes as many as make everybody's number equal, give or take one, and of those that may be taken
 * the ones for which it has the highest weights. So a new consumer takes what it needs and moves
 * nothing else, and when one goes, others keep most of what they have.
 */
final class Spread {
  /** The order in which consumers come: of their identifiers' bytes. */
  static final Comparator<ConsumerId> SENIORITY =
      (a, b) ->
          a.high() == b.high()
              ? Long.compareUnsigned(a.low(), b.low())
              : Long.compareUnsigned(a.high(), b.high());

  private final int partitions;
  private final int[] holders;
  private final int[] loads;

  private Spread(int partitions, int consumers) {
    this.partitions = partitions;
    this.holders = new int[partitions];
    this.loads = new int[Math.max(1, consumers)];
    loads[0] = partitions;
  }

  /**
   * Who is in charge of a partition.
   *
   * @param consumers at least one, each once, in any order
   */
  static ConsumerId inCharge(List<ConsumerId> consumers, int partition, int partitions) {
    List<ConsumerId> inOrder = new ArrayList<>(consumers);
    inOrder.sort(SENIORITY);
    // Those beyond the number of partitions get none.
    int served = Math.min(inOrder.size(), partitions);
    var spread = new Spread(partitions, served);
    for (int newcomer = 1; newcomer < served; newcomer++) {
      spread.add(newcomer, inOrder.get(newcomer));
    }
    return inOrder.get(spread.holders[partition]);
  }

  private void add(int newcomer, ConsumerId id) {
    long[] weights = new long[partitions];
    for (int partition = 0; partition < partitions; partition++) {
      weights[partition] = weight(id, partition);
    }
    List<Integer> wanted =
        IntStream.range(0, partitions)
            .boxed()
            .sorted(Comparator.<Integer>comparingLong(partition -> weights[partition]).reversed())
            .toList();
    int least = partitions / (newcomer + 1);
    int most = (partitions + newcomer) / (newcomer + 1);
    // First from those who have too many, so that nobody is left with more than another by two.
    take(newcomer, wanted, most, least);
    take(newcomer, wanted, least, least);
  }

  private void take(int newcomer, List<Integer> wanted, int mayKeep, int enough) {
    for (int partition : wanted) {
      if (loads[newcomer] == enough) {
        return;
      }
      int holder = holders[partition];
      if (holder != newcomer && loads[holder] > mayKeep) {
        loads[holder]--;
        loads[newcomer]++;
        holders[partition] = newcomer;
      }
    }
  }

  private static long weight(ConsumerId consumer, int partition) {
    return mix(consumer.high() ^ mix(consumer.low() ^ mix(partition + 1L)));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }
}

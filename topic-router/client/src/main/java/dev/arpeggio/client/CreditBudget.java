package dev.arpeggio.client;

/**
 * How many messages a consumer holds and may hold over all partitions of all its topics. Guarded by
 * the consumer's lock.
 *
 * <p>Each partition has an equal share, which shrinks when topics join. Credit that an owner was
 * given once cannot be taken back, so more may be delivered than there is room for; the partition
 * that has its share already gives that back unseen. The consumer so holds twice its credit at the
 * very most: what others took before, and a share of each partition.
 */
final class CreditBudget {
  private final int credit;
  private int partitions;
  private long occupied;

  CreditBudget(int credit) {
    this.credit = credit;
  }

  int partitions() {
    return partitions;
  }

  /** There are that many partitions more; negative: fewer. */
  void addPartitions(int more) {
    partitions += more;
    if (partitions < 0) {
      throw new IllegalStateException("partitions of a consumer: " + partitions);
    }
  }

  /** Most messages of one partition for which to ask. */
  int share() {
    return Math.max(1, credit / Math.max(1, partitions));
  }

  /** Whether a partition that holds so many may hold one more. */
  boolean hasRoom(long held) {
    return occupied < credit || held < share();
  }

  /** A partition holds that many more; negative: fewer. */
  void addOccupied(long more) {
    occupied += more;
    if (occupied < 0) {
      throw new IllegalStateException("messages that a consumer holds: " + occupied);
    }
  }
}

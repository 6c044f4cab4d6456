package dev.arpeggio.queue;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much all partitions of a node may keep in ZooKeeper, which holds everything in memory.
 * Thread-safe: the partitions of all loops of a node share one.
 */
public final class StorageBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /**
   * @param limitBytes at least 1
   */
  public StorageBudget(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("a budget of " + limitBytes + " bytes");
    }
    this.limitBytes = limitBytes;
  }

  public static StorageBudget unlimited() {
    return new StorageBudget(Long.MAX_VALUE);
  }

  public long limitBytes() {
    return limitBytes;
  }

  /** Stored bytes of all partitions that are served. */
  public long usedBytes() {
    return usedBytes.get();
  }

  /** What one partition takes of it. Belongs to the partition's loop. */
  final class Share {
    private long bytes;

    /** So much is stored now. */
    void set(long stored) {
      usedBytes.addAndGet(stored - bytes);
      bytes = stored;
    }
  }

  Share share() {
    return new Share();
  }
}

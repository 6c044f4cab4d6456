package dev.arpeggio.queue;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all partitions of a node may keep together: in ZooKeeper, or of bodies in memory.
 * Thread-safe: the partitions of all loops of a node share one.
 */
public final class ByteBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /**
   * @param limitBytes at least 1
   */
  public ByteBudget(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("a budget of " + limitBytes + " bytes");
    }
    this.limitBytes = limitBytes;
  }

  public static ByteBudget unlimited() {
    return new ByteBudget(Long.MAX_VALUE);
  }

  public long limitBytes() {
    return limitBytes;
  }

  /** What all partitions that are served keep. */
  public long usedBytes() {
    return usedBytes.get();
  }

  boolean isExceeded() {
    return usedBytes.get() > limitBytes;
  }

  /** What one partition takes of it. Belongs to the partition's loop. */
  final class Share {
    private long bytes;

    /** So much is kept now. */
    void set(long kept) {
      usedBytes.addAndGet(kept - bytes);
      bytes = kept;
    }
  }

  Share share() {
    return new Share();
  }
}

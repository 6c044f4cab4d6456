package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OffsetRange;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;

/** What one subscription has acknowledged: as its consumers said it, and as it is stored. */
final class CursorCheck {
  private final String subscription;
  private final LongPredicate needsNobody;
  private final BitSet said = new BitSet();
  private final BitSet stored = new BitSet();
  private final BitSet confirmed = new BitSet();
  // Taken out by a compaction.
  private final BitSet removed = new BitSet();
  private final BitSet moving = new BitSet();
  private boolean exists;

  /**
   * @param needsNobody whether the owner may acknowledge a message by itself, at this moment
   */
  CursorCheck(String subscription, LongPredicate needsNobody) {
    this.subscription = subscription;
    this.needsNobody = needsNobody;
  }

  /** A consumer acknowledges; whether that arrives is another matter. */
  void acknowledging(OffsetRange range) {
    said.set((int) range.first(), (int) range.end());
  }

  /** The partition has confirmed an acknowledgement. */
  void confirmed(OffsetRange range, long logStart) {
    BitSet settled = new BitSet();
    settled.or(stored);
    settled.or(moving);
    int missing = settled.nextClearBit((int) Math.max(range.first(), logStart));
    if (missing < range.end()) {
      throw new Breach(
          Rule.ACKNOWLEDGED_IS_STORED,
          subscription + " is told that " + missing + " is acknowledged, and it is not stored");
    }
    confirmed.set((int) range.first(), (int) range.end());
  }

  /** The subscription's znode has that content now. */
  void stored(long floor, List<OffsetRange> acknowledged, long logStart) {
    BitSet now = new BitSet();
    now.set(0, (int) Math.max(floor, logStart));
    acknowledged.forEach(range -> now.set((int) range.first(), (int) range.end()));
    exists = true;
    BitSet unsaid = new BitSet();
    unsaid.or(now);
    unsaid.andNot(said);
    unsaid.andNot(removed);
    for (int wrong = unsaid.nextSetBit((int) logStart);
        wrong >= 0;
        wrong = unsaid.nextSetBit(wrong + 1)) {
      if (needsNobody.test(wrong)) {
        said.set(wrong);
        continue;
      }
      throw new Breach(
          Rule.CURSOR_TRUE,
          subscription + " is stored to have acknowledged " + wrong + ", which nobody did");
    }
    stored.andNot(now);
    stored.andNot(removed);
    if (!stored.isEmpty()) {
      throw new Breach(
          Rule.CURSOR_TRUE,
          subscription + " had acknowledged " + stored.nextSetBit(0) + ", and has no more");
    }
    stored.or(now);
  }

  /** These are stored to be on their way to other topics: nobody need acknowledge them. */
  void moving(List<OffsetRange> ranges) {
    moving.clear();
    ranges.forEach(range -> moving.set((int) range.first(), (int) range.end()));
  }

  /** The log loses what is in front of that offset. */
  void trimmed(long from, long to) {
    for (long offset = from; exists && offset < to; offset++) {
      if (!isPassed((int) offset)) {
        throw new Breach(
            Rule.NOTHING_LOST,
            "the log starts at " + to + ", but " + subscription + " has not passed " + offset);
      }
    }
  }

  private boolean isPassed(int offset) {
    return said.get(offset) || removed.get(offset) || needsNobody.test(offset);
  }

  /**
   * The log has no message there any more.
   *
   * @param unwanted although nobody may have acknowledged it
   */
  void removed(long offset, boolean unwanted) {
    if (exists && !unwanted && !isPassed((int) offset)) {
      throw new Breach(
          Rule.NOTHING_LOST, offset + " is taken out, but " + subscription + " has not passed it");
    }
    removed.set((int) offset);
  }

  boolean isStored() {
    return exists;
  }

  boolean isConfirmed(long offset) {
    return confirmed.get((int) offset);
  }

  /** The first offset that is not stored as acknowledged; what is deleted had been passed. */
  long passed(long logStart) {
    BitSet passed = new BitSet();
    passed.or(stored);
    passed.or(removed);
    return passed.nextClearBit((int) logStart);
  }

  /** Whether a message has come to the subscription, and been acknowledged for good. */
  boolean hasPassed(long offset, long logStart) {
    return offset < logStart || stored.get((int) offset) || removed.get((int) offset);
  }
}

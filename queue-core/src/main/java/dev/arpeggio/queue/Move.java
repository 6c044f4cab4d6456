package dev.arpeggio.queue;

/**
 * Messages that are to go to another topic, each under a sequence of its own.
 *
 * @param first offset of the first; the others follow without gap
 * @param count at least 1
 * @param firstSequence sequence of the first; the others follow without gap
 * @param deliveries how often they were delivered
 * @param reason why they go
 * @param timeMillis when that was decided, by the clock of the owner that did
 */
record Move(
    long first, long count, long firstSequence, int deliveries, String reason, long timeMillis) {
  /** Longest reason, in characters. */
  static final int MAX_REASON = 256;

  long end() {
    return first + count;
  }

  long endSequence() {
    return firstSequence + count;
  }

  /** What is left when the first {@code gone} are gone. */
  Move without(long gone) {
    return new Move(
        first + gone, count - gone, firstSequence + gone, deliveries, reason, timeMillis);
  }

  Move firstOf(long wanted) {
    return new Move(first, wanted, firstSequence, deliveries, reason, timeMillis);
  }

  boolean isFollowedBy(Move next) {
    return next.first == end()
        && next.firstSequence == endSequence()
        && next.deliveries == deliveries
        && next.reason.equals(reason);
  }

  Move with(Move next) {
    return firstOf(count + next.count);
  }

  Redeliveries.Redelivery range() {
    return new Redeliveries.Redelivery(first, end(), deliveries);
  }
}

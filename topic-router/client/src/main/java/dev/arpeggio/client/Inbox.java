package dev.arpeggio.client;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What a consumer knows of one partition's messages, from their arrival to their durable
 * acknowledgement, over all streams. Guarded by the consumer's lock.
 *
 * <p>Invariants: an offset is in at most one of {@code queued}, {@code held} and the acknowledged
 * sets; only one that is in none is ever handed out, so the application gets nothing twice that it
 * did not release. The first three sets are bounded by credit, {@code durable} by a number of
 * ranges.
 */
final class Inbox {
  // Adjacent ranges are one; holes are messages of other consumers. An owner repeats recent
  // messages, if any.
  private static final int MAX_DURABLE_RANGES = 10_000;

  // In order of offsets, so that what comes back late still goes first.
  private final TreeMap<Long, ReceivedMessage> queued = new TreeMap<>();
  private final OffsetRanges held = new OffsetRanges();
  // Acknowledged by the application, and not sent on the current stream.
  private final OffsetRanges unsent = new OffsetRanges();
  // Sent on the current stream, and not confirmed.
  private final OffsetRanges sent = new OffsetRanges();
  private final OffsetRanges durable = new OffsetRanges();
  private final OffsetRanges released = new OffsetRanges();
  private final List<OffsetRanges> flushes = new ArrayList<>();

  /** Takes in a delivered message, unless this consumer has it or had it before. */
  void deliver(ReceivedMessage message) {
    long offset = message.offset();
    if (held.contains(offset) || unsent.contains(offset) || sent.contains(offset)) {
      return;
    }
    if (durable.contains(offset)) {
      // This owner does not know yet; it must not offer the message for ever.
      unsent.add(offset);
      return;
    }
    // A release that was not sent yet would give away what is about to be handed out.
    released.remove(offset);
    // What is queued already is replaced by its own later delivery, which counts the redeliveries.
    queued.put(offset, message);
  }

  boolean hasQueued() {
    return !queued.isEmpty();
  }

  /** Hands out the lowest message there is. */
  ReceivedMessage take() {
    var lowest = queued.pollFirstEntry();
    if (lowest == null) {
      throw new IllegalStateException("nothing is queued");
    }
    held.add(lowest.getKey());
    return lowest.getValue();
  }

  /** The application is done with a message; false if it does not hold it. */
  boolean acknowledge(long offset) {
    boolean wasHeld = held.remove(offset);
    if (wasHeld) {
      unsent.add(offset);
    }
    return wasHeld;
  }

  /** The application gives a message back; false if it does not hold it. */
  boolean release(long offset) {
    boolean wasHeld = held.remove(offset);
    if (wasHeld) {
      released.add(offset);
    }
    return wasHeld;
  }

  /** Messages that the consumer holds, handed out or not. */
  long occupied() {
    return queued.size() + held.size();
  }

  /** Acknowledged messages that are not known to be durable. */
  long unconfirmed() {
    return unsent.size() + sent.size();
  }

  /**
   * Whether acknowledgements should go out: at once when none is on its way, else in larger
   * batches.
   */
  boolean acknowledgementsDue(long batch) {
    return !unsent.isEmpty() && (sent.isEmpty() || unsent.size() >= batch);
  }

  boolean releasesDue() {
    return !released.isEmpty();
  }

  /** The acknowledgements to send now; they count as sent. */
  List<OffsetRanges.Range> takeUnsent() {
    List<OffsetRanges.Range> ranges = unsent.ranges();
    ranges.forEach(sent::add);
    unsent.clear();
    return ranges;
  }

  /** The releases to send now. */
  List<OffsetRanges.Range> takeReleased() {
    List<OffsetRanges.Range> ranges = released.ranges();
    released.clear();
    return ranges;
  }

  /** The owner has made acknowledgements durable. */
  void confirmed(OffsetRanges.Range range) {
    sent.remove(range);
    unsent.remove(range);
    durable.add(range);
    durable.keepHighest(MAX_DURABLE_RANGES);
    flushes.forEach(flush -> flush.remove(range));
  }

  /**
   * What was sent on an earlier stream may not have arrived. Its end released what was released, so
   * that is not repeated.
   */
  void streamAttached() {
    unsent.addAll(sent);
    sent.clear();
    released.clear();
  }

  /**
   * The acknowledgements not known to be durable; they leave the set as they become so, until
   * {@link #forget}.
   */
  OffsetRanges watchUnconfirmed() {
    OffsetRanges watched = new OffsetRanges();
    watched.addAll(unsent);
    watched.addAll(sent);
    flushes.add(watched);
    return watched;
  }

  void forget(OffsetRanges watched) {
    flushes.removeIf(flush -> flush == watched);
  }
}

package dev.arpeggio.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a consumer knows of one partition's messages, from their arrival to their durable
 * acknowledgement, over all streams. Guarded by the consumer's lock.
 *
 * <p>Invariants: an offset is in at most one of {@code queued}, {@code held} and the acknowledged
 * sets; only one that is in none is ever handed out, so the application gets nothing twice that it
 * did not give back. The first three sets are bounded by credit, {@code durable} by a number of
 * ranges.
 */
final class Inbox {
  // Adjacent ranges are one; holes are messages of other consumers. An owner repeats recent
  // messages, if any.
  private static final int MAX_DURABLE_RANGES = 10_000;

  // Bits of an offset that count: more than a partition will ever have.
  private static final int OFFSET_BITS = 53;

  // By turn.
  private final TreeMap<Long, ReceivedMessage> queued = new TreeMap<>();
  // The messages themselves: an offset may be one of a topic of the same name that was deleted.
  private final TreeMap<Long, ReceivedMessage> held = new TreeMap<>();
  // Acknowledged by the application, and not sent on the current stream.
  private final OffsetRanges unsent = new OffsetRanges();
  // Sent on the current stream, and not confirmed.
  private final OffsetRanges sent = new OffsetRanges();
  private final OffsetRanges durable = new OffsetRanges();
  private final Errands errands = new Errands();
  private final List<OffsetRanges> flushes = new ArrayList<>();
  private final CreditBudget budget;

  /**
   * @param budget that of the consumer, which this inbox keeps informed
   */
  Inbox(CreditBudget budget) {
    this.budget = budget;
  }

  /**
   * Takes in a delivered message, unless this consumer has it or had it before. One for which there
   * is no room goes back unseen.
   */
  void deliver(ReceivedMessage message) {
    long offset = message.offset();
    if (held.containsKey(offset) || unsent.contains(offset) || sent.contains(offset)) {
      return;
    }
    if (durable.contains(offset)) {
      // This owner does not know yet; it must not offer the message for ever.
      unsent.add(offset);
      return;
    }
    long turn = turn(message);
    boolean isNew = !queued.containsKey(turn);
    if (isNew && !budget.hasRoom(occupied())) {
      errands.release(offset);
      return;
    }
    // A release that was not sent yet would give away what is about to be handed out.
    errands.remove(offset);
    // What is queued already is replaced by its own later delivery, which counts the redeliveries.
    queued.put(turn, message);
    if (isNew) {
      budget.addOccupied(1);
    }
  }

  /** Higher priorities first; then by offset, so that what comes back late still goes first. */
  private static long turn(ReceivedMessage message) {
    long after = Message.MAX_PRIORITY - (long) message.message().priority();
    return (after << OFFSET_BITS) | message.offset();
  }

  boolean hasQueued() {
    return !queued.isEmpty();
  }

  /** Hands out the message whose turn it is. */
  ReceivedMessage take() {
    var first = queued.pollFirstEntry();
    if (first == null) {
      throw new IllegalStateException("nothing is queued");
    }
    ReceivedMessage message = first.getValue();
    held.put(message.offset(), message);
    return message;
  }

  /** The application is done with a message; false if it does not hold it. */
  boolean acknowledge(ReceivedMessage message) {
    boolean wasHeld = letGo(message);
    if (wasHeld) {
      errands.remove(message.offset());
      unsent.add(message.offset());
    }
    return wasHeld;
  }

  /** The application gives a message back; false if it does not hold it. */
  boolean release(ReceivedMessage message) {
    boolean wasHeld = letGo(message);
    if (wasHeld) {
      errands.release(message.offset());
    }
    return wasHeld;
  }

  /** The application could not process a message; false if it does not hold it. */
  boolean retry(ReceivedMessage message, Optional<Duration> delay) {
    boolean wasHeld = letGo(message);
    if (wasHeld) {
      errands.retry(message.offset(), delay);
    }
    return wasHeld;
  }

  /** The application will never process a message; false if it does not hold it. */
  boolean reject(ReceivedMessage message, String reason) {
    boolean wasHeld = letGo(message);
    if (wasHeld) {
      errands.reject(message.offset(), reason);
    }
    return wasHeld;
  }

  /** The application needs longer for a message, and keeps it; false if it does not hold it. */
  boolean extend(ReceivedMessage message, Duration time) {
    boolean isHeld = isHeld(message);
    if (isHeld) {
      errands.extend(message.offset(), time);
    }
    return isHeld;
  }

  private boolean letGo(ReceivedMessage message) {
    boolean wasHeld = isHeld(message);
    if (wasHeld) {
      held.remove(message.offset());
      budget.addOccupied(-1);
    }
    return wasHeld;
  }

  private boolean isHeld(ReceivedMessage message) {
    return message.equals(held.get(message.offset()));
  }

  /** Messages that the consumer holds, handed out or not. */
  long occupied() {
    return (long) queued.size() + held.size();
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

  boolean errandsDue() {
    return !errands.isEmpty();
  }

  /** The acknowledgements to send now; they count as sent. */
  List<OffsetRanges.Range> takeUnsent() {
    List<OffsetRanges.Range> ranges = unsent.ranges();
    ranges.forEach(sent::add);
    unsent.clear();
    return ranges;
  }

  /** What else to send now. */
  List<Errands.Errand> takeErrands() {
    return errands.take();
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
   * What was sent on an earlier stream may not have arrived. Its end gave everything back, so that
   * other errands are not repeated.
   */
  void streamAttached() {
    unsent.addAll(sent);
    sent.clear();
    errands.clear();
  }

  /**
   * The subscription was moved, or the topic is left: what is sent from now on is new, whatever was
   * done with it before, and an acknowledgement of earlier deliveries would be one of a later.
   */
  void forgetAll() {
    budget.addOccupied(-occupied());
    queued.clear();
    held.clear();
    unsent.clear();
    sent.clear();
    durable.clear();
    errands.clear();
    flushes.forEach(OffsetRanges::clear);
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

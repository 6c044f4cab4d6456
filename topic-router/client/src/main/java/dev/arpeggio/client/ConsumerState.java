package dev.arpeggio.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of an application and the event loop share of one consumer: which partitions
 * have messages, who waits for what, and how it ended. Its lock also guards the partitions'
 * inboxes; every method but {@link #lock} is called with it held.
 */
final class ConsumerState {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition confirmed = lock.newCondition();
  // Those with something queued, each once, the next to be served first.
  private final Deque<Inbox> ready = new ArrayDeque<>();
  private final Waiters waiters = new Waiters();
  private final CreditBudget budget;
  private boolean everReached;
  // Why there has been no stream so far.
  private @Nullable ArpeggioException unreachable;
  private @Nullable ArpeggioException ended;

  /**
   * @param credit most messages to hold
   */
  ConsumerState(int credit) {
    budget = new CreditBudget(credit);
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  CreditBudget budget() {
    return budget;
  }

  Waiters waiters() {
    return waiters;
  }

  // --- For the application ---

  boolean hasMessage() {
    return !ready.isEmpty();
  }

  /** Why there is nothing more to be received; null: there is, or may be. */
  @Nullable ArpeggioException whyNothingComes() {
    return isClosed() || ready.isEmpty() ? ended : null;
  }

  /** Waits until a message is there, or that long. */
  void awaitMessage(Duration timeout) {
    long left = TimeUnit.NANOSECONDS.convert(timeout);
    try {
      while (ready.isEmpty()) {
        requireNotEnded();
        if (left <= 0) {
          if (!everReached && unreachable != null) {
            throw unreachable;
          }
          return;
        }
        left = arrived.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    }
    requireOpen();
  }

  /** Takes what is there, up to a number, from the partitions in turn. */
  List<ReceivedMessage> take(int max) {
    List<ReceivedMessage> taken = new ArrayList<>();
    while (taken.size() < max && !ready.isEmpty()) {
      Inbox inbox = ready.remove();
      while (taken.size() < max && inbox.hasQueued()) {
        taken.add(inbox.take());
      }
      if (inbox.hasQueued()) {
        ready.add(inbox);
      }
    }
    return taken;
  }

  /** Waits until the acknowledgements made so far are durable; false if time ran out. */
  boolean awaitConfirmed(List<Inbox> inboxes, Duration timeout) throws InterruptedException {
    requireNotEnded();
    Map<Inbox, OffsetRanges> watched = new LinkedHashMap<>();
    for (Inbox inbox : inboxes) {
      if (inbox.unconfirmed() > 0) {
        watched.put(inbox, inbox.watchUnconfirmed());
      }
    }
    try {
      long left = TimeUnit.NANOSECONDS.convert(timeout);
      while (!watched.values().stream().allMatch(OffsetRanges::isEmpty)) {
        requireNotEnded();
        if (left <= 0) {
          return false;
        }
        left = confirmed.awaitNanos(left);
      }
      return true;
    } finally {
      watched.forEach(Inbox::forget);
    }
  }

  void requireNotEnded() {
    if (ended != null) {
      throw ended;
    }
  }

  /** After a permanent error, what was received can still be dealt with. */
  void requireOpen() {
    if (isClosed() && ended != null) {
      throw ended;
    }
  }

  // --- The end, whoever brings it ---

  boolean hasEnded() {
    return ended != null;
  }

  boolean isClosed() {
    return ended != null && ended.reason() == Reason.CLOSED;
  }

  void end(ArpeggioException reason) {
    ended = reason;
    arrived.signalAll();
    confirmed.signalAll();
  }

  // --- For the event loop ---

  /** An inbox that had nothing queued has something now. */
  void becameReady(Inbox inbox) {
    ready.add(inbox);
  }

  /** What an inbox had queued is there no more. */
  void noLongerReady(Inbox inbox) {
    ready.remove(inbox);
  }

  void signalArrived() {
    arrived.signalAll();
  }

  void signalConfirmed() {
    confirmed.signalAll();
  }

  /** A node serves the consumer. */
  void reached() {
    everReached = true;
  }

  void interrupted(ArpeggioException failure) {
    if (failure.reason() == Reason.UNREACHABLE) {
      unreachable = failure;
    }
  }
}

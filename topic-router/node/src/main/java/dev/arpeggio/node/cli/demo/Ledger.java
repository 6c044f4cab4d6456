package dev.arpeggio.node.cli.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What has been sent and what has been confirmed, how far the publisher may go, and how long
 * confirmations were out after a kill. Lines are counted from 1 and confirmed in their order. A
 * failure ends all waiting. Thread-safe.
 */
final class Ledger {
  private int mayGoTo;
  private int sent;
  private int confirmed;
  private @Nullable Outage outage;
  private @Nullable Throwable failure;

  /**
   * From a kill to the first confirmation of a line that was sent after it: one that was on its way
   * already when the node died says nothing.
   */
  private static final class Outage {
    private final int sentBefore;
    private final long sinceNanos;
    private Optional<Duration> duration = Optional.empty();

    private Outage(int sentBefore, long sinceNanos) {
      this.sentBefore = sentBefore;
      this.sinceNanos = sinceNanos;
    }
  }

  /**
   * A ledger of nothing sent.
   *
   * @param mayGoTo the last line that may be sent for now
   */
  Ledger(int mayGoTo) {
    this.mayGoTo = mayGoTo;
  }

  /**
   * Waits until that time, unless a node has just been killed: then the next line goes at once, so
   * that the pace of publishing does not count as outage.
   */
  synchronized void awaitDue(long dueNanos) throws InterruptedException {
    long millis;
    while ((millis = TimeUnit.NANOSECONDS.toMillis(dueNanos - System.nanoTime())) > 0
        && failure == null
        && !(outage != null && outage.sentBefore == sent)) {
      wait(millis);
    }
  }

  /** Waits until a line may be sent, and notes that it is; false: something has failed. */
  synchronized boolean send(int line) throws InterruptedException {
    while (line > mayGoTo && failure == null) {
      wait();
    }
    sent = line;
    notifyAll();
    return failure == null;
  }

  /** Lets the publisher go further. */
  synchronized void allow(int line) {
    mayGoTo = line;
    notifyAll();
  }

  synchronized void confirm(int line, long nowNanos) {
    confirmed = Math.max(confirmed, line);
    if (outage != null && outage.duration.isEmpty() && line > outage.sentBefore) {
      outage.duration = Optional.of(Duration.ofNanos(nowNanos - outage.sinceNanos));
    }
    notifyAll();
  }

  /** The first failure is the one that is kept. */
  synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    notifyAll();
  }

  synchronized void awaitConfirmed(int line) throws InterruptedException {
    while (confirmed < line && failure == null) {
      wait();
    }
  }

  synchronized void awaitSent(int line) throws InterruptedException {
    while (sent < line && failure == null) {
      wait();
    }
  }

  /** Notes that the node which serves the topic is dead since then. */
  synchronized void killed(long sinceNanos) {
    outage = new Outage(sent, sinceNanos);
    notifyAll();
  }

  /** Waits until publishing works again after the last kill; empty: something has failed. */
  synchronized Optional<Duration> awaitResumed() throws InterruptedException {
    if (outage == null) {
      throw new IllegalStateException("nothing was killed");
    }
    while (outage.duration.isEmpty() && failure == null) {
      wait();
    }
    return outage.duration;
  }

  synchronized int sent() {
    return sent;
  }

  synchronized int confirmed() {
    return confirmed;
  }

  /** Null: none. */
  synchronized @Nullable Throwable failure() {
    return failure;
  }
}

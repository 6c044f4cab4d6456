package dev.arpeggio.client;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * The bytes that a producer has in flight, and the wait for room. Guarded by the producer's lock,
 * which the caller holds.
 */
final class InFlightBytes {
  private final Condition changed;
  private final long most;
  private long bytes;

  InFlightBytes(Lock lock, long most) {
    this.changed = lock.newCondition();
    this.most = most;
  }

  /**
   * Waits until that much more fits, or there is no point in waiting any more. Anything fits when
   * nothing is in flight, so that the bound refuses no single message.
   *
   * @return false if time ran out
   */
  boolean awaitRoom(long charge, long nanos, BooleanSupplier pointless)
      throws InterruptedException {
    long left = nanos;
    while (bytes > 0 && bytes + charge > most && !pointless.getAsBoolean()) {
      if (left <= 0) {
        return false;
      }
      left = changed.awaitNanos(left);
    }
    return true;
  }

  void add(long charge) {
    bytes += charge;
  }

  void release(long charge) {
    bytes -= charge;
    if (bytes < 0) {
      throw new IllegalStateException("released more than was in flight: " + bytes);
    }
    wakeWaiting();
  }

  void wakeWaiting() {
    changed.signalAll();
  }

  @Override
  public String toString() {
    return bytes + " of " + most + " bytes";
  }
}

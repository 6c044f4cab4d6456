package dev.arpeggio.simulator.zookeeper;

import org.jspecify.annotations.Nullable;

/** A session as the leader knows it. */
final class Session {
  private final long id;
  private final long timeoutNanos;
  private long heardNanos;
  private @Nullable Connection connection;
  private long lastWrite;

  Session(long id, long timeoutNanos, long heardNanos) {
    this.id = id;
    this.timeoutNanos = timeoutNanos;
    this.heardNanos = heardNanos;
  }

  long id() {
    return id;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  void heard(long nanos) {
    heardNanos = Math.max(heardNanos, nanos);
  }

  long expiresNanos() {
    return heardNanos + timeoutNanos;
  }

  /** The only connection whose writes count. */
  @Nullable Connection connection() {
    return connection;
  }

  void moveTo(Connection moved) {
    connection = moved;
  }

  /** Whether none of the client's later writes has taken effect: only then this one still may. */
  boolean takes(Request write) {
    if (write.number() <= lastWrite) {
      return false;
    }
    lastWrite = write.number();
    return true;
  }
}

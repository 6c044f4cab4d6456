package dev.arpeggio.client;

import java.time.Instant;

/** A place in a partition's log. */
public sealed interface Position {
  /** The earliest message that is retained. */
  static Position earliest() {
    return new Earliest();
  }

  /** Behind the last message. */
  static Position latest() {
    return new Latest();
  }

  /** This message; one that is retained no more stands for the earliest that is. */
  static Position offset(long offset) {
    return new Offset(offset);
  }

  /** The first message that was stored at that time or later. */
  static Position time(Instant time) {
    return new Time(time);
  }

  /** See {@link #earliest}. */
  record Earliest() implements Position {}

  /** See {@link #latest}. */
  record Latest() implements Position {}

  /** See {@link #offset(long)}. */
  record Offset(long offset) implements Position {
    /**
     * @throws IllegalArgumentException if it is negative
     */
    public Offset {
      if (offset < 0) {
        throw new IllegalArgumentException("offset " + offset + " is negative");
      }
    }
  }

  /** See {@link #time(Instant)}. */
  record Time(Instant time) implements Position {
    /**
     * @throws IllegalArgumentException if it is before 1970
     */
    public Time {
      if (time.isBefore(Instant.EPOCH)) {
        throw new IllegalArgumentException(time + " is before 1970");
      }
    }
  }
}

package dev.arpeggio.queue;

import java.time.Instant;

/** A place in a partition's log, from which a subscription starts. */
public sealed interface Position {
  /** The earliest retained message. */
  record Earliest() implements Position {}

  /** Behind the last message. */
  record Latest() implements Position {}

  /**
   * This message.
   *
   * @param offset at most the log's end; one that is retained no more stands for the earliest that
   *     is
   */
  record Offset(long offset) implements Position {}

  /**
   * The first message that was committed at that time or later, by the clocks of its owners; where
   * these stepped back, one of the places that answer to it.
   */
  record Time(Instant time) implements Position {}
}

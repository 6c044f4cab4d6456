package dev.arpeggio.queue;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a batch came to: its messages are durable, but for those that were not heard.
 *
 * @param lastOffset offset of the last message that is stored; empty if none is, and for a repeat
 *     whose offset is no longer known
 * @param notHeard the messages of a publisher in an exclusive topic that were dropped, since
 *     another one has their keys; in order
 */
public record Appended(OptionalLong lastOffset, List<SequenceRange> notHeard) {
  public Appended {
    notHeard = List.copyOf(notHeard);
  }

  /** Everything is durable. */
  public Appended(OptionalLong lastOffset) {
    this(lastOffset, List.of());
  }
}

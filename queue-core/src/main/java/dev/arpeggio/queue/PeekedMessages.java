package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A look at messages that leaves them where they are.
 *
 * @param runs in the order of their offsets
 * @param nextOffset where to go on; everything before was looked at
 */
public record PeekedMessages(List<Run> runs, long nextOffset) {
  public PeekedMessages {
    runs = List.copyOf(runs);
  }

  /** Where a message is, for a subscription. */
  public enum State {
    /** Asked without a subscription: in the log. */
    RETAINED,
    /** It can be delivered. */
    READY,
    /** It came back, and waits for its time. */
    WAITING,
    /** It is with a consumer. */
    LEASED,
    /** It is on its way to another topic. */
    MOVING
  }

  /**
   * Messages without a gap between them that are in the same state.
   *
   * @param failures how many deliveries of each failed
   * @param publishTimeMillis time of their commit by the owner's clock, milliseconds since 1970
   * @param messages their frames; read-only
   */
  public record Run(
      long firstOffset,
      int count,
      State state,
      int failures,
      long publishTimeMillis,
      ByteBuffer messages) {}
}

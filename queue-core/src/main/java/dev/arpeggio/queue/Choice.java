package dev.arpeggio.queue;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what of a backlog is delivered next, such that the ranges which a subscription has to
 * remember stay bounded.
 */
final class Choice {
  // At most so many messages are leased. Together with the next one, and with what the backlog
  // refuses: while nothing new is delivered that could add a range, what is leased can at worst add
  // every second message as a range, and so stays below what is refused.
  private static final long MAX_LEASED = 24_576;
  private static final int RANGES_TO_PAUSE = 32_768;
  // While so many wait, no new ones are delivered, as those could add to them.
  private static final int MAX_WAITING_RANGES = 65_536;
  private static final int DELIVERY_BYTES = 64 * 1024;
  private static final int DELIVERY_MESSAGES = 1_024;

  private final Home home;
  private final Settled settled;
  private final Waiting waiting;
  private final Lanes lanes;

  Choice(Home home, Settled settled, Waiting waiting, Lanes lanes) {
    this.home = home;
    this.settled = settled;
    this.waiting = waiting;
    this.lanes = lanes;
  }

  /**
   * What comes next, at most so many messages; null if there is nothing, or if it has to be read
   * first.
   *
   * @param leased how many messages are with consumers
   * @param wantsNew whether messages of a priority are wanted that were not looked at before
   */
  @Nullable Chunk next(int most, long leased, IntPredicate wantsNew) {
    Lanes.Found found = find(wantsNew);
    if (found == null) {
      home.index().hurry(home.memory());
      return null;
    }
    return chunk(found, most, leased);
  }

  /**
   * Of these messages the first, as far as they are in one segment and at most so many; null if
   * they have to be read first.
   *
   * @param leased how many messages are with consumers
   */
  @Nullable Chunk chunk(Lanes.Found found, int most, long leased) {
    Segment segment = home.log().find(found.first());
    Body body = segment.body();
    home.memory().request(segment, found.lane().priority());
    long end = Math.min(found.end(), segment.end());
    long allowed = Math.min(Math.min(most, MAX_LEASED - leased), DELIVERY_MESSAGES);
    int count = (int) Math.min(end - found.first(), allowed);
    if (body == null || count <= 0) {
      return null;
    }
    int messages = body.fitting(body.indexAtOrAfter(found.first()), count, DELIVERY_BYTES);
    return new Chunk(found.lane(), found.first(), messages, found.redeliveries(), body);
  }

  private Lanes.@Nullable Found find(IntPredicate wantsNew) {
    if (waiting.rangeCount() >= MAX_WAITING_RANGES) {
      return lanes.next(priority -> false);
    }
    if (settled.rangeCount() < RANGES_TO_PAUSE) {
      return lanes.next(wantsNew);
    }
    var back = lanes.next(priority -> false);
    if (back != null) {
      return back;
    }
    // Only what closes gaps, whatever its priority.
    var first = lanes.first();
    boolean closes =
        first != null
            && wantsNew.test(first.lane().priority())
            && (first.first() == settled.floor()
                || settled.firstOpen(first.first() - 1) >= first.first());
    return closes ? first : null;
  }
}

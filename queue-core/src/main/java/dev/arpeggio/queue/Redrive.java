package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sends messages of a subscription to where they came from as dead letters, or to a topic that
 * somebody named, a bounded number of them at a time.
 *
 * <p>If the process dies, what is under way arrives still; the rest stays, and whoever asked asks
 * again.
 */
final class Redrive {
  private static final int MAX_UNDER_WAY = 4_096;

  private final Backlog backlog;
  private final Leases leases;
  private final Mover mover;
  private final Optional<TopicName> target;
  private final Completion<Redriven> done;
  private long at;
  private long end;
  private long underWay;
  private long moved;
  private long skipped;
  private long refused;

  /**
   * @param target empty: where each message came from
   */
  Redrive(
      Backlog backlog,
      Leases leases,
      Mover mover,
      OffsetRange offsets,
      Optional<TopicName> target,
      Completion<Redriven> done) {
    this.backlog = backlog;
    this.leases = leases;
    this.mover = mover;
    this.target = target;
    this.done = done;
    this.at = offsets.first();
    this.end = offsets.end();
  }

  /**
   * Sends as much as there is room for.
   *
   * @return whether this is over, which the caller tells by {@link #finish} once it is durable
   */
  boolean pump() {
    while (underWay < MAX_UNDER_WAY) {
      at = backlog.firstOpen(at, end);
      if (at >= end) {
        break;
      }
      if (leases.contains(at)) {
        skipped++;
        at++;
        continue;
      }
      Optional<Destination> destination;
      if (target.isPresent()) {
        destination = target.map(Destination::anywhereIn);
      } else {
        ByteBuffer frame = backlog.frame(at);
        if (frame == null) {
          return false;
        }
        destination = origin(Letter.of(frame));
      }
      if (destination.isEmpty()) {
        skipped++;
      } else if (mover.hasRoom(1, destination.get(), true)) {
        var range = new Redeliveries.Redelivery(at, at + 1, backlog.failures(at));
        mover.send(range, destination.get(), true, "");
        underWay++;
      } else {
        return false;
      }
      at++;
    }
    return at >= end && underWay == 0;
  }

  private static Optional<Destination> origin(Letter letter) {
    return letter.originTopic().map(topic -> new Destination(topic, letter.originPartition()));
  }

  void settled(Move move, MoveLane.Outcome outcome) {
    // What a former owner began is not of this redrive.
    long mine = Math.min(underWay, move.count());
    underWay -= mine;
    if (outcome == MoveLane.Outcome.REFUSED) {
      refused += mine;
      end = at;
    } else {
      moved += mine;
    }
  }

  void finish() {
    done.succeeded(new Redriven(moved, skipped, refused));
  }

  void fail(QueueException why) {
    done.failed(why);
  }
}

package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a subscription is on its way to other topics. These messages are withdrawn from its
 * backlog: neither delivered nor acknowledged until they have arrived.
 */
final class Mover {
  /** Most ranges of messages under way. */
  static final int MAX_RANGES = 256;

  /** Most topics that a subscription moves messages to at a time. */
  static final int MAX_LANES = 16;

  private final OwnerContext context;
  private final PartitionId origin;
  private final String subscription;
  private final Source source;
  private final List<MoveLane> lanes = new ArrayList<>();
  private long moved;

  /** The subscription, as the mover sees it. */
  interface Source {
    long durableVersion();

    long nextVersion();

    void changed();

    Backlog backlog();

    /** These are under way no more; where they were refused, they are withdrawn still. */
    void settled(Move move, MoveLane.Outcome outcome, boolean redriven);
  }

  Mover(OwnerContext context, PartitionId origin, String subscription, Source source) {
    this.context = context;
    this.origin = origin;
    this.subscription = subscription;
    this.source = source;
  }

  void restore(List<MoveLane.State> states) {
    for (MoveLane.State state : states) {
      lanes.add(
          MoveLane.restore(context, origin, subscription, state, new LaneSource(state.redrive())));
    }
  }

  /** What is to be stored. */
  List<MoveLane.State> states() {
    return lanes.stream().filter(lane -> !lane.isEmpty()).map(MoveLane::state).toList();
  }

  /** Messages that are under way. */
  long size() {
    return lanes.stream().mapToLong(MoveLane::messages).sum();
  }

  /** Messages that have arrived since the takeover. */
  long moved() {
    return moved;
  }

  /** Whether some topic does not take what is to go there. */
  boolean isStuck() {
    return lanes.stream().anyMatch(MoveLane::isStuck);
  }

  /** Whether so many ranges could be sent there. */
  boolean hasRoom(int ranges, Destination target, boolean redrive) {
    return lanes.stream().mapToInt(MoveLane::ranges).sum() + ranges <= MAX_RANGES
        && (lanes.size() < MAX_LANES
            || lanes.stream().anyMatch(lane -> lane.isEmpty() || lane.leadsTo(target, redrive)));
  }

  /**
   * Withdraws messages that nobody holds, and sends them.
   *
   * @return false if there is no room; then nothing has changed
   */
  boolean send(Redeliveries.Redelivery range, Destination target, boolean redrive, String reason) {
    if (!hasRoom(1, target, redrive)) {
      return false;
    }
    MoveLane lane = lane(target, redrive);
    source.backlog().withdraw(range.first(), range.end());
    lane.add(range, reason);
    return true;
  }

  private MoveLane lane(Destination target, boolean redrive) {
    for (MoveLane lane : lanes) {
      if (lane.leadsTo(target, redrive)) {
        return lane;
      }
    }
    if (lanes.size() >= MAX_LANES) {
      lanes.removeIf(MoveLane::isEmpty);
    }
    var lane =
        MoveLane.create(context, origin, subscription, target, redrive, new LaneSource(redrive));
    lanes.add(lane);
    return lane;
  }

  void pump() {
    forEach(MoveLane::pump);
  }

  void stop() {
    forEach(MoveLane::stop);
  }

  // A copy: what arrives may make room for more.
  private void forEach(Consumer<MoveLane> action) {
    List.copyOf(lanes).forEach(action);
  }

  /** The subscription, as a lane sees it. */
  private final class LaneSource implements MoveLane.Source {
    private final boolean redrive;

    LaneSource(boolean redrive) {
      this.redrive = redrive;
    }

    @Override
    public long durableVersion() {
      return source.durableVersion();
    }

    @Override
    public long nextVersion() {
      return source.nextVersion();
    }

    @Override
    public void changed() {
      source.changed();
    }

    @Override
    public boolean isRetained(long offset) {
      return source.backlog().isRetained(offset);
    }

    @Override
    public @Nullable ByteBuffer frame(long offset) {
      return source.backlog().frame(offset);
    }

    @Override
    public void settled(Move move, MoveLane.Outcome outcome) {
      if (outcome != MoveLane.Outcome.REFUSED) {
        source.backlog().settle(move.first(), move.end());
      }
      if (outcome == MoveLane.Outcome.ARRIVED) {
        moved += move.count();
      }
      source.settled(move, outcome, redrive);
    }
  }
}

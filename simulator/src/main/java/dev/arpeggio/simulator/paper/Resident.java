package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.VirtualLoop;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A production node on a {@link ChurnNetwork}, from its start to its farewell. */
final class Resident {
  private final Peer self;
  private final ChordNode node;
  private final RingTransport station;
  private final VirtualLoop loop;
  private long lastWalk;
  private @Nullable Resident best;

  Resident(Peer self, ChordNode node, RingTransport station, VirtualLoop loop) {
    this.self = self;
    this.node = node;
    this.station = station;
    this.loop = loop;
  }

  Peer self() {
    return self;
  }

  ChordNode node() {
    return node;
  }

  /**
   * Its first live successor, which is nearly always the same as when asked before.
   *
   * @param living all that live
   */
  Resident best(Map<RingId, Resident> living) {
    List<Peer> successors = node.view().successors();
    Resident known = best;
    if (known != null
        && !successors.isEmpty()
        && successors.get(0).id().equals(known.self.id())
        && known.isMember()) {
      return known;
    }
    for (Peer successor : successors) {
      Resident live = living.get(successor.id());
      if (live != null && live.isMember()) {
        best = live;
        return live;
      }
    }
    throw new IllegalStateException(self + " has no live successor");
  }

  boolean isMember() {
    return node.view().status() == RingView.Status.MEMBER;
  }

  /**
   * Whether this walk, which has a higher number than earlier ones, comes by for the first time.
   */
  boolean isFirstVisit(long walk) {
    boolean first = lastWalk != walk;
    lastWalk = walk;
    return first;
  }

  /** Leaves in order, and falls silent when the neighbours were told. */
  void leave() {
    node.leave(
        () -> {
          station.close();
          loop.kill();
        });
  }
}

package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.VirtualLoop;
import java.util.List;

/** A production node on a {@link ChurnNetwork}, from its start to its farewell. */
final class Resident {
  private final Peer self;
  private final ChordNode node;
  private final RingTransport station;
  private final VirtualLoop loop;
  private long lastWalk;

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

  List<Peer> successors() {
    return node.view().successors();
  }

  boolean isMember() {
    return node.view().status() == RingView.Status.MEMBER;
  }

  /** Whether this walk, which has a higher number than earlier ones, comes by for the first time. */
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

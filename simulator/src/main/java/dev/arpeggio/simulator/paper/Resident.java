package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.VirtualLoop;

/** A production node on a {@link ChurnNetwork}, from its start to its farewell. */
record Resident(ChordNode node, RingTransport station, VirtualLoop loop) {
  Peer self() {
    return view().self();
  }

  RingView view() {
    return node.view();
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

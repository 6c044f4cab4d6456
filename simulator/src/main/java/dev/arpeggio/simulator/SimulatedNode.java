package dev.arpeggio.simulator;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import java.util.List;
import java.util.random.RandomGenerator;

/** One life of a production {@link ChordNode}, from its start to its crash or farewell. */
final class SimulatedNode {
  private final VirtualLoop loop;
  private final SimulatedTransport transport;
  private final ChordNode node;

  SimulatedNode(
      Settings settings,
      Peer self,
      VirtualLoop loop,
      SimulatedNetwork network,
      RandomGenerator random,
      RingListener listener) {
    this.loop = loop;
    this.transport = new SimulatedTransport(self.address(), loop, network);
    this.node =
        new ChordNode(settings.space(), self, settings.config(), loop, transport, random, listener);
  }

  void start(List<String> seeds) {
    loop.execute(() -> node.start(seeds));
  }

  ChordNode node() {
    return node;
  }

  RingView view() {
    return node.view();
  }

  /** Whether the node takes part, or wants to. */
  boolean isUp() {
    return !loop.isDead() && node.view().status() != RingView.Status.LEFT;
  }

  void leave() {
    loop.execute(
        () ->
            node.leave(
                () -> {
                  transport.close();
                  loop.kill();
                }));
  }

  void crash() {
    transport.close();
    loop.kill();
  }

  /** The process is gone but nothing refuses in its place, as when its host loses power. */
  void vanish() {
    loop.kill();
  }

  void unlisten() {
    transport.close();
  }
}

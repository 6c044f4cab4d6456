package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.RingTransport;
import java.util.List;
import java.util.random.RandomGenerator;

/** One member of the ring. All methods are called on the loop, except {@link #view()}. */
public final class ChordNode {
  /**
   * Nothing happens before {@link #start}. The transport is served by this node but stays the
   * caller's to close.
   */
  public ChordNode(
      IdSpace space,
      Peer self,
      ChordConfig config,
      EventLoop loop,
      RingTransport transport,
      RandomGenerator random,
      RingListener listener) {}

  /**
   * Begins to take part. Without seeds other than the own address, the node is a ring of one and
   * serves at once; otherwise it joins through any seed and tries for as long as it takes.
   *
   * @param seeds addresses, kept for life
   * @throws IllegalStateException if called twice
   */
  public void start(List<String> seeds) {}

  /** Finds the owner of a key. The callback may be called before this method returns. */
  public void lookup(RingId key, LookupCallback callback) {}

  /** The latest snapshot; from any thread. */
  public RingView view() {
    return java.util.Optional.<RingView>empty().orElseThrow();
  }

  /**
   * Leaves: owns nothing from now on, tells the predecessor and the successor, and stops.
   *
   * @param done called exactly once, within about the call time-out
   */
  public void leave(Runnable done) {}

  /** Stops without telling anybody. Idempotent. */
  public void stop() {}
}

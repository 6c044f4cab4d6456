package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One life of a production node and its end of the wire, with what the hunt knows about it. */
final class HuntedNode implements RingTransport {
  /** How a life ended, if it did. */
  enum End {
    /** It goes on. */
    NONE,
    /** Calls are refused. */
    REFUSING,
    /** Calls are lost. */
    DARK
  }

  private final Peer self;
  private final NodeClock clock;
  private final Wire wire;
  private final ChordNode node;
  private @Nullable RequestHandler handler;
  private End end = End.NONE;

  /** The snapshot after the last event. */
  RingView seen;

  /** When the node became a member; meaningless before. */
  long memberSinceNanos;

  /** When the life ended; meaningless before. */
  long endedNanos;

  /** Questions for the state of another, asked as a member and not answered yet. */
  int questions;

  /** What others answered of themselves in the event under way. */
  final List<MemberState> heard = new ArrayList<>();

  /** Who said farewell to this node. */
  final Set<RingId> leavers = new LinkedHashSet<>();

  /** Who was named by nodes that left. */
  final Set<RingId> bequeathed = new LinkedHashSet<>();

  /** Lists that the node will have when an answer under way arrives. */
  final List<Census.Entry> prospects = new ArrayList<>();

  HuntedNode(Peer self, NodeClock clock, Wire wire, Function<HuntedNode, ChordNode> maker) {
    this.self = self;
    this.clock = clock;
    this.wire = wire;
    this.node = maker.apply(this);
    this.seen = node.view();
  }

  Peer self() {
    return self;
  }

  NodeClock clock() {
    return clock;
  }

  ChordNode node() {
    return node;
  }

  int number() {
    return clock.node();
  }

  End end() {
    return end;
  }

  /** Whether the process runs and takes part, or wants to. */
  boolean isUp() {
    return end == End.NONE && node.view().status() != RingView.Status.LEFT;
  }

  boolean isMember() {
    return end == End.NONE && node.view().status() == RingView.Status.MEMBER;
  }

  void die(End how, long nowNanos) {
    end = how;
    endedNanos = nowNanos;
    clock.kill();
  }

  Census.Entry entry() {
    return new Census.Entry(
        self.id().value(),
        node.view().successors().stream().mapToLong(peer -> peer.id().value()).toArray());
  }

  RingResponse handle(RingRequest request) {
    return handler == null
        ? new RingResponse.Refused(RefusalReason.NOT_MEMBER, self + " does not serve yet")
        : handler.handle(request);
  }

  @Override
  public String address() {
    return self.address();
  }

  @Override
  public void serve(RequestHandler requests) {
    handler = requests;
  }

  @Override
  public void call(
      String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
    wire.call(this, callee, request, timeout, callback);
  }

  @Override
  public void close() {}
}

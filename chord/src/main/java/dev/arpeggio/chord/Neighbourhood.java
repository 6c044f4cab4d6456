package dev.arpeggio.chord;

import dev.arpeggio.chord.RingView.Status;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's part of the ring: its status, its predecessor and its successors, and the snapshot that
 * others read.
 *
 * <p>Written on the loop only; {@link #view()} may be read from any thread. Invariants D1 and D2
 * hold after every change. The listener is called in tasks of its own, so that whatever it does to
 * the node happens between two steps of the protocol.
 */
final class Neighbourhood {
  private final int length;
  private final ProtocolRules rules;
  private final EventLoop loop;
  private final RingListener listener;
  private final RingMetrics metrics;
  private volatile RingView view;
  private Runnable changed = () -> {};

  Neighbourhood(
      IdSpace space,
      Peer self,
      int length,
      ProtocolRules rules,
      EventLoop loop,
      RingListener listener) {
    this.length = length;
    this.rules = rules;
    this.loop = loop;
    this.listener = listener;
    this.metrics = listener.metrics();
    this.view = new RingView(Status.JOINING, space, self, null, List.of());
  }

  RingView view() {
    return view;
  }

  /** From now on, runs the action right after every change of the view. */
  void whenChanged(Runnable action) {
    changed = action;
  }

  IdSpace space() {
    return view.space();
  }

  Peer self() {
    return view.self();
  }

  Status status() {
    return view.status();
  }

  boolean isMember() {
    return view.status() == Status.MEMBER;
  }

  @Nullable Peer predecessor() {
    return view.predecessor();
  }

  List<Peer> successors() {
    return view.successors();
  }

  @Nullable Peer firstSuccessor() {
    List<Peer> list = view.successors();
    return list.isEmpty() ? null : list.get(0);
  }

  MemberState state() {
    RingView now = view;
    return new MemberState(now.self(), now.predecessor(), now.successors());
  }

  boolean isNeighbour(String address) {
    Peer predecessor = predecessor();
    return (predecessor != null && predecessor.address().equals(address))
        || successors().stream().anyMatch(peer -> peer.address().equals(address));
  }

  void become(Status status, @Nullable Peer predecessor, List<Peer> successors) {
    RingView before = view;
    List<Peer> checked = repaired(successors);
    if (before.status() == status
        && Objects.equals(before.predecessor(), predecessor)
        && before.successors().equals(checked)) {
      return;
    }
    RingView after = new RingView(status, space(), self(), predecessor, checked);
    view = after;
    changed.run();
    if (metrics != RingMetrics.NONE && !Objects.equals(rangeStart(before), rangeStart(after))) {
      metrics.rangeOwned(share(after));
    }
    tell(
        hearer -> {
          tellRanges(hearer, before, after);
          hearer.viewChanged(after);
        });
  }

  void setPredecessor(@Nullable Peer predecessor) {
    become(status(), predecessor, successors());
  }

  void setSuccessors(List<Peer> successors) {
    become(status(), predecessor(), successors);
  }

  /** {@code first ++ butLast(rest)} becomes the successor list. */
  void follow(Peer first, List<Peer> rest) {
    setSuccessors(rules.follow(space(), self(), length, first, rest));
  }

  /** {@code first ++ butLast(rest)} becomes the successor list of a new member. */
  void join(Peer predecessor, Peer first, List<Peer> rest) {
    become(
        Status.MEMBER,
        rules.joinedBehind(predecessor),
        rules.follow(space(), self(), length, first, rules.joinedWith(rest)));
  }

  /** Takes the first successor out, which is dead. */
  void dropFirst() {
    setSuccessors(rules.withoutFirst(space(), self(), successors(), predecessor()));
  }

  /** Takes a neighbour out that said farewell. */
  void drop(MemberState leaver) {
    Peer predecessor = predecessor();
    if (predecessor != null && predecessor.id().equals(leaver.self().id())) {
      Peer heir = leaver.predecessor();
      predecessor = heir != null && heir.id().equals(self().id()) ? null : heir;
    }
    become(
        status(), predecessor, rules.withoutLeaver(space(), self(), length, successors(), leaver));
  }

  void suspect(Peer neighbour) {
    metrics.neighbourSuspected();
    tell(hearer -> hearer.neighbourSuspected(neighbour));
  }

  void gone(Peer neighbour) {
    tell(hearer -> hearer.neighbourGone(neighbour));
  }

  void joinFailed(String reason) {
    tell(hearer -> hearer.joinAttemptFailed(reason));
  }

  /**
   * A broken list is a bug, but a node that stops over it helps nobody: report it and go on with
   * the part that is in order.
   */
  private List<Peer> repaired(List<Peer> successors) {
    String problem = Successors.problem(space(), self(), length, successors);
    if (problem == null) {
      return successors;
    }
    tell(hearer -> hearer.invariantBroken(problem));
    Peer first = successors.get(0);
    return first.id().equals(self().id())
        ? List.of()
        : Successors.follow(
            space(), self(), length, first, successors.subList(1, successors.size()));
  }

  private void tell(Consumer<RingListener> event) {
    if (listener != RingListener.NONE) {
      loop.execute(() -> event.accept(listener));
    }
  }

  private static void tellRanges(RingListener hearer, RingView before, RingView after) {
    RingId self = after.self().id();
    RingId from = rangeStart(before);
    RingId to = rangeStart(after);
    if (Objects.equals(from, to)) {
      return;
    }
    if (from == null) {
      hearer.rangeGained(Objects.requireNonNull(to), self);
    } else if (to == null) {
      hearer.rangeLost(from, self);
    } else if (after.space().between(from, to, self)) {
      hearer.rangeLost(from, to);
    } else {
      hearer.rangeGained(to, from);
    }
  }

  private static double share(RingView view) {
    RingId from = rangeStart(view);
    if (from == null) {
      return 0;
    }
    IdSpace space = view.space();
    long length = space.distance(from, view.self().id());
    double unsigned = length >= 0 ? length : (length >>> 1) * 2.0;
    // The distance to itself is 0, and the arc from the node to itself is the circle.
    return length == 0 ? 1 : Math.scalb(unsigned, -space.bits());
  }

  /**
   * Where the owned arc begins: the predecessor, the node itself if it owns all, null if it owns
   * nothing.
   */
  private static @Nullable RingId rangeStart(RingView view) {
    if (view.status() != Status.MEMBER) {
      return null;
    }
    Peer predecessor = view.predecessor();
    if (predecessor != null) {
      return predecessor.id();
    }
    return view.successors().isEmpty() ? view.self().id() : null;
  }
}

package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The steps that keep a member's neighbourhood right: STABILIZE and RECTIFY of Zave, "How to make
 * Chord correct", and the farewells of ToN IV-E.4. On the loop.
 *
 * <p>Invariants: at most one step is under way; while one is, {@link #isBusy()} holds, the node's
 * state is undefined for others, and what would change it waits in a bounded inbox. A pointer is
 * adopted only after its target answered.
 *
 * <p>A step that meets a busy node is given up without effect and tried again shortly: two nodes
 * that wait for each other could otherwise wait for ever.
 */
final class Maintenance {
  /** What the steps ask of their surroundings. */
  interface Host {
    /** Another round should follow at once. */
    void hurry();

    /** Another round should follow soon, at a random moment. */
    void retrySoon();

    /** A node was found dead: it may be on the other side of a partition. */
    void lost(Peer peer);

    long nanoTime();
  }

  private static final int MAX_INBOX = 32;
  private static final int MAX_WAITING = 1024;

  private final Neighbourhood neighbourhood;
  private final Router router;
  private final FingerTable fingers;
  private final Caller caller;
  private final ProtocolRules rules;
  private final Host host;
  private final FailureDetector detector;
  private final PredecessorWatch predecessorWatch;
  private final Deque<Runnable> inbox = new ArrayDeque<>(1);
  private final Deque<Runnable> waiting = new ArrayDeque<>(1);
  private boolean busy;

  Maintenance(
      Neighbourhood neighbourhood,
      Router router,
      FingerTable fingers,
      Caller caller,
      ChordConfig config,
      ProtocolRules rules,
      Host host) {
    this.neighbourhood = neighbourhood;
    this.router = router;
    this.fingers = fingers;
    this.caller = caller;
    this.rules = rules;
    this.host = host;
    this.detector = new CountingDetector(config.timeoutsUntilDead(), config.callTimeout());
    this.predecessorWatch =
        new PredecessorWatch(
            neighbourhood, caller, detector, config.stabilizeInterval(), host::nanoTime);
  }

  /** Whether a query is outstanding whose answer may change the state. */
  boolean isBusy() {
    return busy;
  }

  /** Runs a task when no step is under way: now, or after those that are. */
  void whenQuiet(Runnable task) {
    if (busy && waiting.size() < MAX_WAITING) {
      waiting.addLast(task);
    } else {
      task.run();
    }
  }

  /** STABILIZE, unless a step is under way. */
  void stabilize() {
    predecessorWatch.look();
    if (busy) {
      return;
    }
    Peer first = neighbourhood.firstSuccessor();
    if (first != null) {
      begin();
      askFirst(first);
      return;
    }
    // A ring of one, or every successor was lost. The nearest contact stands in; later rounds walk
    // back from it.
    Peer contact = router.nearestContact();
    if (contact != null) {
      begin();
      consider(contact);
    }
  }

  /**
   * For a node of another ring that follows this one there. If it is nearer than the first
   * successor: STABILIZE from step 2, unless a step is under way. Otherwise this node stands
   * between it and its predecessor, and it is notified of that.
   */
  void propose(Peer candidate) {
    Peer first = neighbourhood.firstSuccessor();
    if (!isNearer(candidate, first)) {
      tell(candidate, false);
    } else if (!busy) {
      begin();
      consider(candidate);
    }
  }

  /** A notification arrived: RECTIFY, now or after the step under way. */
  void notified(Peer candidate) {
    Peer predecessor = neighbourhood.predecessor();
    if (predecessor != null && predecessor.id().equals(candidate.id())) {
      predecessorWatch.heard();
    }
    enqueue(() -> rectify(candidate));
  }

  /** A farewell arrived. */
  void left(MemberState leaver) {
    enqueue(
        () -> {
          fingers.remove(leaver.self().id());
          if (neighbourhood.isNeighbour(leaver.self().address())) {
            neighbourhood.drop(leaver);
            neighbourhood.gone(leaver.self());
            host.retrySoon();
          }
        });
  }

  // ---- STABILIZE ----

  private void askFirst(Peer first) {
    ask(
        first,
        new RingQuery.GetState(),
        detector.neighbour(false),
        new Reply() {
          @Override
          public void answered(RingResponse response) {
            if (response instanceof RingResponse.State state
                && state.member().self().id().equals(first.id())) {
              firstIsAlive(first, state.member());
            } else if (response instanceof RingResponse.Busy && rules.busyIsAlive()) {
              abandon();
            } else {
              // Another node lives at this address now.
              dead();
            }
          }

          @Override
          public void dead() {
            firstIsDead(first);
          }
        });
  }

  private void firstIsAlive(Peer first, MemberState state) {
    neighbourhood.follow(first, state.successors());
    Peer candidate = state.predecessor();
    if (candidate == null || !isNearer(candidate, first)) {
      tell(first, false);
      end();
    } else if (rules.asksBeforeAdoption()) {
      consider(candidate);
    } else {
      neighbourhood.follow(candidate, neighbourhood.successors());
      tell(candidate, false);
      end();
    }
  }

  private void firstIsDead(Peer first) {
    fingers.remove(first.id());
    neighbourhood.dropFirst();
    Peer predecessor = neighbourhood.predecessor();
    if (predecessor != null && predecessor.id().equals(first.id())) {
      neighbourhood.setPredecessor(null);
    }
    neighbourhood.gone(first);
    host.lost(first);
    Peer next = neighbourhood.firstSuccessor();
    if (next != null) {
      tell(next, true);
    }
    end();
    host.hurry();
  }

  private void consider(Peer candidate) {
    ask(
        candidate,
        new RingQuery.GetState(),
        detector.stranger(),
        new Reply() {
          @Override
          public void answered(RingResponse response) {
            if (response instanceof RingResponse.State state
                && state.member().self().id().equals(candidate.id())) {
              neighbourhood.follow(candidate, state.member().successors());
              tell(candidate, false);
              end();
              // Another node may lie before this one: in a crowd of new members, many do.
              host.hurry();
            } else if (response instanceof RingResponse.Busy) {
              abandon();
            } else {
              dead();
            }
          }

          @Override
          public void dead() {
            candidateIsDead(candidate);
          }
        });
  }

  private void candidateIsDead(Peer candidate) {
    fingers.remove(candidate.id());
    Peer first = neighbourhood.firstSuccessor();
    if (first != null) {
      tell(first, false);
      end();
      return;
    }
    // The last resort was dead too: drop it, so that the next round tries another or finds that the
    // node is alone.
    Peer predecessor = neighbourhood.predecessor();
    if (predecessor != null && predecessor.id().equals(candidate.id())) {
      neighbourhood.setPredecessor(null);
      neighbourhood.gone(candidate);
      host.lost(candidate);
    }
    end();
    host.hurry();
  }

  private boolean isNearer(Peer candidate, @Nullable Peer first) {
    return rules.isNearer(neighbourhood.space(), neighbourhood.self(), candidate, first);
  }

  /** Notifies; nobody waits for the outcome, because the next round notifies again. */
  private void tell(Peer successor, boolean afterDeath) {
    if (rules.notifies(successor, afterDeath)) {
      caller.ask(
          successor.address(),
          new RingQuery.Notify(neighbourhood.self()),
          IgnoredResponse.INSTANCE);
    }
  }

  // ---- RECTIFY ----

  private void rectify(Peer candidate) {
    Peer self = neighbourhood.self();
    Peer predecessor = neighbourhood.predecessor();
    if (candidate.id().equals(self.id()) || candidate.equals(predecessor)) {
      return;
    }
    if (predecessor == null
        || candidate.id().equals(predecessor.id())
        || neighbourhood.space().between(predecessor.id(), candidate.id(), self.id())) {
      accept(candidate);
      return;
    }
    if (!rules.pingsPredecessor()) {
      return;
    }
    begin();
    predecessorWatch.ask(
        predecessor,
        new PredecessorWatch.Verdict() {
          @Override
          public void alive() {
            end();
          }

          @Override
          public void dead() {
            accept(candidate);
            neighbourhood.gone(predecessor);
            host.lost(predecessor);
            end();
          }
        });
  }

  private void accept(Peer candidate) {
    neighbourhood.setPredecessor(candidate);
    predecessorWatch.heard();
    if (neighbourhood.firstSuccessor() == null) {
      host.hurry();
    }
  }

  // ---- steps ----

  private interface Reply {
    void answered(RingResponse response);

    void dead();
  }

  private void ask(Peer peer, RingQuery query, FailureDetector.Suspicion suspicion, Reply reply) {
    long askedNanos = host.nanoTime();
    caller.ask(
        peer.address(),
        query,
        new ResponseCallback() {
          @Override
          public void succeeded(RingResponse response) {
            reply.answered(response);
          }

          @Override
          public void failed(CallFailure failure) {
            switch (Caller.verdict(failure)) {
              case ALIVE -> abandon();
              case DEAD -> reply.dead();
              case SILENT -> {
                neighbourhood.suspect(peer);
                if (suspicion.isDeathAfter(host.nanoTime() - askedNanos)) {
                  reply.dead();
                } else {
                  ask(peer, query, suspicion, reply);
                }
              }
            }
          }
        });
  }

  private void begin() {
    if (busy) {
      throw new IllegalStateException(neighbourhood.self() + " began a step within a step");
    }
    busy = true;
  }

  private void abandon() {
    end();
    host.retrySoon();
  }

  private void end() {
    if (!busy) {
      throw new IllegalStateException(neighbourhood.self() + " ended a step that was not begun");
    }
    busy = false;
    while (!busy && !inbox.isEmpty()) {
      inbox.removeFirst().run();
    }
    while (!busy && !waiting.isEmpty()) {
      waiting.removeFirst().run();
    }
  }

  /**
   * When full, the oldest is dropped: notifications come again, and a leaver is found out by
   * stabilising.
   */
  private void enqueue(Runnable message) {
    if (!busy) {
      message.run();
      return;
    }
    if (inbox.size() == MAX_INBOX) {
      inbox.removeFirst();
    }
    inbox.addLast(message);
  }
}

package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of whether its predecessor is alive. On the loop.
 *
 * <p>A predecessor notifies once a round. One that missed a round is pinged in the background, so
 * that RECTIFY need not wait for the ping when somebody claims its place: with a predecessor that
 * died in silence, that would be one more time-out in which nobody serves. The answer changes
 * nothing by itself; a predecessor is replaced by a claim only.
 */
final class PredecessorWatch {
  /** Who waits for the answer; not called before it is asked, or while another asks. */
  interface Verdict {
    void alive();

    void dead();
  }

  private final Neighbourhood neighbourhood;
  private final Caller caller;
  private final FailureDetector detector;
  private final LongSupplier nanoTime;
  private final long overdueNanos;
  private final long missedNanos;
  private long heardNanos;
  private @Nullable Peer known;
  private @Nullable Ping ping;
  private @Nullable Peer silent;

  PredecessorWatch(
      Neighbourhood neighbourhood,
      Caller caller,
      FailureDetector detector,
      Duration round,
      LongSupplier nanoTime) {
    this.neighbourhood = neighbourhood;
    this.caller = caller;
    this.detector = detector;
    this.nanoTime = nanoTime;
    this.overdueNanos = round.multipliedBy(2).toNanos();
    this.missedNanos = round.multipliedBy(3).dividedBy(2).toNanos();
  }

  /** The predecessor notified, answered, or is a new one. */
  void heard() {
    known = neighbourhood.predecessor();
    heardNanos = nanoTime.getAsLong();
    silent = null;
  }

  /** Once a round: pings a predecessor that missed one. */
  void look() {
    Peer predecessor = neighbourhood.predecessor();
    if (predecessor == null) {
      return;
    }
    if (!predecessor.equals(known)) {
      heard();
    } else if (!isAsked(predecessor) && isQuietFor(missedNanos)) {
      begin(predecessor, true, null);
    }
  }

  /** Finds out; tells at once if it is known, or when the ping that is under way is answered. */
  void ask(Peer predecessor, Verdict verdict) {
    Ping current = ping;
    if (predecessor.equals(silent)) {
      verdict.dead();
    } else if (current != null && current.peer.equals(predecessor)) {
      current.verdict = verdict;
    } else {
      begin(predecessor, isQuietFor(overdueNanos), verdict);
    }
  }

  private boolean isAsked(Peer predecessor) {
    return predecessor.equals(silent) || (ping != null && ping.peer.equals(predecessor));
  }

  private boolean isQuietFor(long nanos) {
    return nanoTime.getAsLong() - heardNanos > nanos;
  }

  private void begin(Peer predecessor, boolean overdue, @Nullable Verdict verdict) {
    Ping started = new Ping(predecessor, detector.neighbour(overdue), verdict);
    ping = started;
    started.send();
  }

  private final class Ping implements ResponseCallback {
    private final Peer peer;
    private final FailureDetector.Suspicion suspicion;
    private @Nullable Verdict verdict;
    private long sentNanos;

    Ping(Peer peer, FailureDetector.Suspicion suspicion, @Nullable Verdict verdict) {
      this.peer = peer;
      this.suspicion = suspicion;
      this.verdict = verdict;
    }

    void send() {
      sentNanos = nanoTime.getAsLong();
      caller.ask(peer.address(), new RingQuery.Ping(), this);
    }

    @Override
    public void succeeded(RingResponse response) {
      settle(response instanceof RingResponse.Alive alive && alive.self().id().equals(peer.id()));
    }

    @Override
    public void failed(CallFailure failure) {
      switch (Caller.verdict(failure)) {
        case ALIVE -> settle(true);
        case DEAD -> settle(false);
        case SILENT -> {
          neighbourhood.suspect(peer);
          if (suspicion.isDeathAfter(nanoTime.getAsLong() - sentNanos)) {
            settle(false);
          } else {
            send();
          }
        }
      }
    }

    private void settle(boolean alive) {
      Verdict waiting = verdict;
      if (ping == this) {
        ping = null;
      }
      boolean current = peer.equals(neighbourhood.predecessor());
      if (alive && current) {
        heard();
      } else if (!alive && current && heardNanos - sentNanos <= 0) {
        // Nothing was heard since.
        silent = peer;
      }
      if (waiting != null) {
        if (alive) {
          waiting.alive();
        } else {
          waiting.dead();
        }
      }
    }
  }
}

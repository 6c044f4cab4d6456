package dev.arpeggio.chord;

import dev.arpeggio.chord.LookupException.Reason;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The lookups that the embedder waits for: each is attempted a bounded number of times, their
 * number is bounded, and each ends with exactly one call to its callback, even when the node stops.
 * On the loop.
 */
final class Lookups {
  /** Makes one attempt. */
  interface Attempt {
    void start(RingId key, Lookup.Callback callback);
  }

  private static final int MAX_PENDING = 1024;

  private final EventLoop loop;
  private final int attempts;
  private final Supplier<Duration> pause;
  private final RingMetrics metrics;
  private final Attempt attempt;
  private final Set<Pending> pending = new LinkedHashSet<>();

  /**
   * For one node.
   *
   * @param attempts at each lookup, at least 1
   * @param pause before another attempt
   */
  Lookups(
      EventLoop loop,
      int attempts,
      Supplier<Duration> pause,
      RingMetrics metrics,
      Attempt attempt) {
    this.loop = loop;
    this.attempts = attempts;
    this.pause = pause;
    this.metrics = metrics;
    this.attempt = attempt;
  }

  void start(RingId key, LookupCallback callback) {
    if (pending.size() == MAX_PENDING) {
      metrics.lookupFailed(Reason.OVERLOADED);
      callback.failed(
          new LookupException(key, Reason.OVERLOADED, MAX_PENDING + " lookups are under way"));
      return;
    }
    Pending lookup = new Pending(key, callback);
    pending.add(lookup);
    lookup.attempt();
  }

  /** Fails what is under way. */
  void stop() {
    for (Pending lookup : List.copyOf(pending)) {
      lookup.fail(Reason.STOPPED, "the node stopped");
    }
  }

  private final class Pending implements Lookup.Callback {
    private final RingId key;
    private final LookupCallback callback;
    private final long startNanos = loop.nanoTime();
    private int attemptsLeft = attempts;

    Pending(RingId key, LookupCallback callback) {
      this.key = key;
      this.callback = callback;
    }

    void attempt() {
      if (pending.contains(this)) {
        attemptsLeft--;
        attempt.start(key, this);
      }
    }

    @Override
    public void found(Peer predecessor, Peer owner, int hops) {
      if (pending.remove(this)) {
        if (metrics != RingMetrics.NONE) {
          metrics.lookupSucceeded(hops, Duration.ofNanos(loop.nanoTime() - startNanos));
        }
        callback.succeeded(new LookupResult(owner, hops));
      }
    }

    @Override
    public void failed(Reason reason, String detail) {
      if (attemptsLeft == 0) {
        fail(reason, detail);
      } else {
        loop.schedule(pause.get(), this::attempt);
      }
    }

    void fail(Reason reason, String detail) {
      if (pending.remove(this)) {
        metrics.lookupFailed(reason);
        callback.failed(new LookupException(key, reason, detail));
      }
    }
  }
}

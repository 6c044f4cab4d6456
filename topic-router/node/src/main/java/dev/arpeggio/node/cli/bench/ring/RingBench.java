package dev.arpeggio.node.cli.bench.ring;

import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Latency;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lookups of keys all over the circle, from all nodes in turn, some at a time. */
final class RingBench implements Bench.Measurement {
  private final GrpcRing ring;
  private final Function<RingId, Peer> owners;
  private final long lookups;
  private final int inFlight;

  /**
   * @param owners who owns a key, as everybody should find
   */
  RingBench(GrpcRing ring, Function<RingId, Peer> owners, long lookups, int inFlight) {
    this.ring = ring;
    this.owners = owners;
    this.lookups = lookups;
    this.inFlight = inFlight;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    round.progress("lookups");
    Lookups all = new Lookups();
    long started = System.nanoTime();
    for (int i = 0; i < Math.min(inFlight, lookups); i++) {
      all.next();
    }
    // Each lookup ends, by its own deadline at the latest.
    all.ended.await();
    long nanos = Math.max(1, System.nanoTime() - started);
    String problem = all.problem.get();
    Bench.require(problem == null, String.valueOf(problem));
    round.report().figure("lookups", "lookups/s").add(lookups * 1e9 / nanos);
    round.latency("lookup", all.latency, null);
    round.report().figure("hops, mean", "nodes asked").add((double) all.hops.get() / lookups);
    round.report().figure("hops, most", "nodes asked").add((double) all.mostHops.get());
  }

  /** All of a round. Its parts run on the threads of the nodes. */
  private final class Lookups {
    private final Latency latency = new Latency();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong hops = new AtomicLong();
    private final AtomicLong mostHops = new AtomicLong();
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

    void next() {
      long number = begun.getAndIncrement();
      if (number >= lookups) {
        return;
      }
      RingId key = GrpcRing.key(number);
      long started = System.nanoTime();
      ring.lookup(
          (int) (number % ring.size()),
          key,
          new LookupCallback() {
            @Override
            public void succeeded(LookupResult result) {
              latency.record(System.nanoTime() - started);
              hops.addAndGet(result.hops());
              mostHops.accumulateAndGet(result.hops(), Math::max);
              if (!result.owner().equals(owners.apply(key))) {
                problem.compareAndSet(
                    null,
                    "%s was named as the owner of %s, which %s is"
                        .formatted(result.owner(), key, owners.apply(key)));
              }
              end();
            }

            @Override
            public void failed(LookupException failure) {
              problem.compareAndSet(null, "a lookup failed: " + failure.getMessage());
              end();
            }
          });
    }

    private void end() {
      if (done.incrementAndGet() == lookups) {
        ended.countDown();
      }
      next();
    }
  }
}

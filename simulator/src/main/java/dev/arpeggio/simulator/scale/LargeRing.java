package dev.arpeggio.simulator.scale;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingCheck;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.simulator.Fingerprint;
import dev.arpeggio.simulator.IdealPlaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * A ring that is ideal from the beginning, with correct fingers, and keeps itself so. To be used by
 * one thread, which lets others work on the arcs.
 *
 * <p>Time passes in windows shorter than any message takes, so that what one arc does within a
 * window cannot matter to another arc before the next.
 */
final class LargeRing implements AutoCloseable {
  static final long MIN_LATENCY_NANOS = 20_000_000;
  static final long MAX_LATENCY_NANOS = 100_000_000;

  /** Lookups a second of the whole ring. */
  static final int LOOKUPS_PER_SECOND = 1000;

  /** Part of what a seed means: another number of arcs makes another run. */
  static final int ARCS = 2;

  /** Length of the successor lists. */
  static final int SUCCESSORS = 4;

  private static final String SCHEME = "sim://";

  private final IdealPlaces ideal;
  private final int arcSize;
  private final ChordConfig config = config();
  private final List<Arc> arcs = new ArrayList<>();
  private final ExecutorService threads;
  private long nowNanos;

  /**
   * Builds the ring.
   *
   * @param nodes at least 2
   * @param threads how many arcs may run at once; decides nothing but the time that it takes
   */
  LargeRing(int nodes, long seed, int threads) {
    this.threads = Executors.newFixedThreadPool(threads);
    SplittableRandom random = new SplittableRandom(seed);
    IdSpace space = IdSpace.DEFAULT;
    long[] ids = LongStream.generate(random.split()::nextLong).distinct().limit(nodes).toArray();
    this.ideal = places(space, ids);
    this.arcSize = (nodes + ARCS - 1) / ARCS;
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < ARCS; i++) {
      int end = Math.min(nodes, (i + 1) * arcSize);
      Arc arc = new Arc(this, i * arcSize, end, random.split());
      SplittableRandom chance = random.split();
      arcs.add(arc);
      work.add(
          () -> {
            arc.populate(space, config, ideal, chance);
            arc.lookUpEvery(1_000_000_000L * ARCS / LOOKUPS_PER_SECOND);
            return null;
          });
    }
    sideBySide(work);
  }

  /** The paper's pace: a round every 15 to 45 s. A finger is refreshed every second round. */
  private static ChordConfig config() {
    ChordConfig wan = ChordConfig.wan();
    return new ChordConfig(
        "scale",
        SUCCESSORS,
        Duration.ofSeconds(30),
        0.5,
        wan.callTimeout(),
        wan.timeoutsUntilDead(),
        Duration.ofSeconds(46),
        wan.seedInterval(),
        wan.joinRetryMin(),
        wan.joinRetryMax(),
        wan.lookupMaxHops(),
        wan.lookupAttempts());
  }

  /**
   * Addresses say where on the circle a node lies, so that no map is needed to find it. Neighbours
   * on the circle are made one after the other, so that they are neighbours in memory too.
   */
  private IdealPlaces places(IdSpace space, long[] ids) {
    long[] sorted = LongStream.of(ids).map(id -> id ^ Long.MIN_VALUE).sorted().toArray();
    List<Peer> peers = new ArrayList<>(ids.length);
    for (int i = 0; i < sorted.length; i++) {
      peers.add(new Peer(new RingId(sorted[i] ^ Long.MIN_VALUE), SCHEME + i));
    }
    return new IdealPlaces(space, peers, config.successorListLength());
  }

  /** Lets time pass. */
  void runFor(Duration duration) {
    long end = nowNanos + duration.toNanos();
    while (nowNanos < end) {
      long window = Math.min(end, nowNanos + MIN_LATENCY_NANOS);
      List<Callable<Void>> work = new ArrayList<>();
      for (Arc arc : arcs) {
        work.add(
            () -> {
              arc.queue().runUntil(window);
              return null;
            });
      }
      sideBySide(work);
      arcs.forEach(Arc::deliver);
      nowNanos = window;
    }
  }

  /** Why the ring is not ideal, in words. */
  List<String> problems() {
    List<MemberState> members = new ArrayList<>(ideal.size());
    arcs.forEach(arc -> arc.addMembers(members));
    return RingCheck.problems(members, config.successorListLength());
  }

  Place find(String address) {
    int index = Integer.parseInt(address, SCHEME.length(), address.length(), 10);
    return arcs.get(index / arcSize).place(index);
  }

  boolean isOwner(Peer peer, RingId key) {
    return ideal.peer(ideal.ownerOf(key)).equals(peer);
  }

  /** Equal for two runs in which the same happened at the same times and in the same order. */
  long fingerprint() {
    Fingerprint all = new Fingerprint();
    arcs.forEach(arc -> all.add(arc.queue().fingerprint().value()));
    return all.value();
  }

  long events() {
    return arcs.stream().mapToLong(arc -> arc.queue().executed()).sum();
  }

  List<Arc.Lookups> lookups() {
    return arcs.stream().map(Arc::lookups).toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void sideBySide(List<Callable<Void>> work) {
    try {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in the middle of a run", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a node broke off", e.getCause());
    }
  }
}

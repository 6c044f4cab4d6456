package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.simulator.IdealPlaces;
import dev.arpeggio.simulator.terminal.Progress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * ToN Table II: lookups after many nodes failed at once and before anything was repaired. A lookup
 * that needs a second attempt, or names anyone but the first live successor of the key, counts as
 * failed.
 */
final class Failures implements Experiment {
  private static final int SUCCESSORS = 20;

  private final int nodes;
  private final int lookups;

  Failures(int nodes, int lookups) {
    this.nodes = nodes;
    this.lookups = lookups;
  }

  @Override
  public List<Table> measure(long seed, Progress progress) {
    List<Row> rows = new ArrayList<>();
    for (double[] published : Published.rows("failures")) {
      progress.update(
          String.format(Locale.ROOT, "failures: %.0f %% of the nodes", 100 * published[0]));
      rows.add(row(published, seed));
    }
    return List.of(
        new Table(
            "failures",
            String.format(
                Locale.ROOT,
                "Lookups right after failures; %,d nodes, r = 20, %,d lookups",
                nodes,
                lookups),
            "failed",
            "no failed lookup, path within 5 %, timeouts within 25 %; timeouts are the dead"
                + " contacts on the way and the dead successors that the key's predecessor named",
            rows));
  }

  private Row row(double[] published, long seed) {
    IdSpace space = IdSpace.DEFAULT;
    String run = "failures of " + published[0];
    SplittableRandom random = Chance.of(run, seed);
    List<Peer> peers =
        IntStream.range(0, nodes).mapToObj(i -> Peer.at(space, "sim://" + seed + "/" + i)).toList();
    IdealPlaces places = new IdealPlaces(space, peers, SUCCESSORS);
    BitSet dead = new BitSet();
    for (int i = 0; i < nodes; i++) {
      if (random.nextDouble() < published[0]) {
        dead.set(i);
      }
    }
    ChordConfig config = asPublished(ChordConfig.lan().withSuccessorListLength(SUCCESSORS));
    StillRing ring = new StillRing(space, config, places, dead);
    double hops = 0;
    double routeTimeouts = 0;
    double ownerTimeouts = 0;
    int failed = 0;
    for (int i = 0; i < lookups; i++) {
      RingId key = space.of(random.nextLong());
      StillRing.Course course = ring.lookup(ring.ownerOf(space.of(random.nextLong())), key);
      LookupResult result = course.result();
      if (result == null || !result.owner().equals(places.peer(ring.ownerOf(key)))) {
        failed++;
      } else {
        hops += result.hops();
      }
      routeTimeouts += course.routeTimeouts();
      ownerTimeouts += course.ownerTimeouts();
    }
    double path = hops / Math.max(1, lookups - failed);
    double timeouts = (routeTimeouts + ownerTimeouts) / lookups;
    return new Row(
        String.format(Locale.ROOT, "%.1f", published[0]),
        List.of(
            Cell.gated("path", published[1], path, 2, isWithin(path, published[1], 0.05)),
            Cell.gated(
                "timeouts", published[2], timeouts, 2, isWithin(timeouts, published[2], 0.25)),
            Cell.ungated("on-the-way", OptionalDouble.empty(), routeTimeouts / lookups, 2),
            Cell.gated("failed", published[3], failed, 0, failed == 0)));
  }

  private static boolean isWithin(double measured, double published, double share) {
    return Math.abs(measured - published) <= share * published;
  }

  /** One attempt at a lookup, and one time-out is a death. */
  private static ChordConfig asPublished(ChordConfig config) {
    return new ChordConfig(
        config.ringName(),
        config.successorListLength(),
        config.stabilizeInterval(),
        config.jitter(),
        config.callTimeout(),
        1,
        config.fingerInterval(),
        config.seedInterval(),
        config.joinRetryMin(),
        config.joinRetryMax(),
        config.lookupMaxHops(),
        1);
  }
}

package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.terminal.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * ToN Table III: lookups while nodes join and leave. Answers are judged at the instant at which the
 * asker has them, and a lookup that gives no answer counts as a wrong one. The runs are independent
 * of each other and go side by side.
 */
final class Churn implements Experiment {
  /** The published ring; others have proportionally fewer joins and farewells. */
  private static final int PUBLISHED_NODES = 1000;

  private final int nodes;
  private final int lookups;
  private final int seeds;
  private final Mutant mutant;

  /**
   * The mean of several seeds.
   *
   * @param lookups of each seed
   * @param mutant what is wrong with the nodes
   */
  Churn(int nodes, int lookups, int seeds, Mutant mutant) {
    this.nodes = nodes;
    this.lookups = lookups;
    this.seeds = seeds;
    this.mutant = mutant;
  }

  @Override
  public List<Table> measure(long seed, Progress progress) {
    List<double[]> published = Published.rows("churn");
    int runs = published.size() * seeds;
    AtomicInteger done = new AtomicInteger();
    progress.update("churn: 0 of " + runs + " runs");
    List<ChurnRun.Outcome> outcomes =
        IntStream.range(0, runs)
            .parallel()
            .mapToObj(
                run -> {
                  ChurnRun.Outcome outcome = run(published.get(run / seeds)[0], seed + run % seeds);
                  progress.update("churn: " + done.incrementAndGet() + " of " + runs + " runs");
                  return outcome;
                })
            .toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < published.size(); i++) {
      rows.add(row(published.get(i), outcomes.subList(i * seeds, (i + 1) * seeds)));
    }
    return List.of(
        new Table(
            "churn",
            String.format(
                Locale.ROOT,
                "Lookups while nodes join and leave, so many of each a second; %,d nodes, r = %d,"
                    + " mean of %d seeds of %,d lookups",
                nodes,
                ChurnRun.SUCCESSORS,
                seeds,
                lookups),
            "rate",
            "path at most 5 % above, timeouts at most 0.02 above, wrong per 10,000 at most 1 above;"
                + " wrong are lookups that failed and answers other than the first ring member at"
                + " or after the key; unadopted are those other than the first node, whether or not"
                + " its predecessor knows of it; interval is seconds between rounds of a node",
            rows));
  }

  private ChurnRun.Outcome run(double rate, long seed) {
    return new ChurnRun(nodes, mutant, "churn of " + rate, seed)
        .measure(rate * nodes / PUBLISHED_NODES, lookups);
  }

  static Row row(double[] published, List<ChurnRun.Outcome> outcomes) {
    double answered = sum(outcomes, ChurnRun.Outcome::answered);
    double failed = sum(outcomes, ChurnRun.Outcome::failed);
    double ended = answered + failed;
    double path = sum(outcomes, ChurnRun.Outcome::hops) / Math.max(1, answered);
    double timeouts = sum(outcomes, ChurnRun.Outcome::timeouts) / ended;
    double tenThousand = 10_000 / ended;
    double wrong = (sum(outcomes, ChurnRun.Outcome::wrong) + failed) * tenThousand;
    double unadopted = (sum(outcomes, ChurnRun.Outcome::unadopted) + failed) * tenThousand;
    double interval = sum(outcomes, ChurnRun.Outcome::interval) / outcomes.size();
    OptionalDouble none = OptionalDouble.empty();
    return new Row(
        String.format(Locale.ROOT, "%.2f", published[0]),
        List.of(
            Cell.gated("path", published[1], path, 2, path <= 1.05 * published[1]),
            Cell.gated("timeouts", published[2], timeouts, 2, timeouts <= published[2] + 0.02),
            Cell.gated("wrong", published[3], wrong, 1, wrong <= published[3] + 1),
            Cell.ungated("failed", none, failed * tenThousand, 1),
            Cell.ungated("unadopted", none, unadopted, 1),
            Cell.ungated("interval", OptionalDouble.of(30), interval, 1)));
  }

  private static double sum(
      List<ChurnRun.Outcome> outcomes, ToDoubleFunction<ChurnRun.Outcome> quantity) {
    return outcomes.stream().mapToDouble(quantity).sum();
  }
}

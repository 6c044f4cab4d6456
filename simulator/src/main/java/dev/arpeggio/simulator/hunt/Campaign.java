package dev.arpeggio.simulator.hunt;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** The runs of a range of seeds, up to the first that breaks a rule, and what they add up to. */
final class Campaign {
  /** A schedule and the way it ended. */
  record Found(Schedule schedule, World.Outcome outcome) {}

  private final Planner.Options options;
  private final Tally tally = new Tally();
  private long runs;
  private long events;
  private long longestRepairMicros;

  Campaign(Planner.Options options) {
    this.options = options;
  }

  /**
   * Runs the seeds in ascending order.
   *
   * @param first the first seed
   * @param last the last seed
   * @param afterRun hears each seed that is done
   * @return the first run that broke a rule
   */
  Optional<Found> run(long first, long last, LongConsumer afterRun) {
    for (long seed = first; seed <= last; seed++) {
      Schedule schedule = Planner.plan(options, seed);
      World.Outcome outcome = World.run(schedule, Trace.NONE);
      runs++;
      events += outcome.events();
      tally.add(outcome.tally());
      longestRepairMicros = Math.max(longestRepairMicros, outcome.repairMicros());
      afterRun.accept(seed);
      if (outcome.violation().isPresent()) {
        return Optional.of(new Found(schedule, outcome));
      }
    }
    return Optional.empty();
  }

  /** Faults that could have happened and never did: what they would have shown is not known. */
  Set<Fault> missing() {
    Set<Fault> missing = EnumSet.noneOf(Fault.class);
    options.classes().forEach(runClass -> missing.addAll(runClass.faults()));
    missing.removeIf(fault -> tally.of(fault) > 0);
    return missing;
  }

  Tally tally() {
    return tally;
  }

  long runs() {
    return runs;
  }

  long events() {
    return events;
  }

  /** The longest time from the end of all faults to an ideal ring, in virtual microseconds. */
  long longestRepairMicros() {
    return longestRepairMicros;
  }
}

package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OwnerBug;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** The runs of a range of seeds, up to the first that breaks a promise, and what they add up to. */
final class Campaign {
  /** A seed and what it broke. */
  record Found(long seed, Breach breach) {}

  private final OwnerBug bug;
  private final Tally tally = new Tally();
  private long runs;
  private long events;
  private int longestSettling;

  Campaign(OwnerBug bug) {
    this.bug = bug;
  }

  /**
   * Runs the seeds in ascending order.
   *
   * @param afterRun hears each seed that is done, and the fingerprint of its run
   * @return the first run that broke a promise
   */
  Optional<Found> run(long first, long last, BiConsumer<Long, Long> afterRun) {
    for (long seed = first; seed <= last; seed++) {
      OwnersWorld.Outcome outcome = OwnersWorld.run(Plan.of(seed, bug));
      runs++;
      events += outcome.events();
      tally.add(outcome.tally());
      longestSettling = Math.max(longestSettling, outcome.settledSeconds());
      afterRun.accept(seed, outcome.fingerprint());
      if (outcome.breach().isPresent()) {
        return Optional.of(new Found(seed, outcome.breach().get()));
      }
    }
    return Optional.empty();
  }

  /** Faults that never happened: what they would have shown is not known. */
  Set<Fault> missing() {
    return tally.missing();
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

  /** The longest time from the end of all faults until all was consumed, in virtual seconds. */
  int longestSettling() {
    return longestSettling;
  }
}

package dev.arpeggio.simulator.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a schedule that breaks a rule as small as it gets while it still breaks that rule: delta
 * debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002) over
 * the actions, the nodes named in them and the first members, then smaller r and shorter duration,
 * until nothing more can be taken away or the number of runs is used up.
 */
final class Shrinker {
  /** A smaller schedule and what it breaks. */
  record Result(Schedule schedule, World.Outcome outcome, int runs) {}

  /** How long before its first action a ring that begins later may begin. */
  private static final List<Long> LEADS_MICROS =
      List.of(5_000L, 20_000L, 50_000L, 100_000L, 150_000L, 200_000L, 400_000L);

  private final String rule;
  private final int maxRuns;
  private Schedule smallest;
  private World.Outcome outcome;
  private int runs;

  private Shrinker(Schedule schedule, World.Outcome outcome, int maxRuns) {
    this.smallest = schedule;
    this.outcome = outcome;
    this.maxRuns = maxRuns;
    this.rule = rule(outcome).orElseThrow(() -> new IllegalArgumentException("no rule is broken"));
  }

  /**
   * Shrinks.
   *
   * @param outcome of the schedule's run: a broken rule
   * @param maxRuns how many smaller schedules are tried at most
   */
  static Result shrink(Schedule schedule, World.Outcome outcome, int maxRuns) {
    // Where the shrinking begins decides where it gets stuck.
    Shrinker early = new Shrinker(schedule, outcome, (maxRuns + 1) / 2);
    early.untilNothingHelps(false);
    Shrinker late = new Shrinker(schedule, outcome, maxRuns - early.runs);
    late.untilNothingHelps(true);
    Shrinker best = weight(late.smallest) < weight(early.smallest) ? late : early;
    return new Result(best.smallest, best.outcome, early.runs + late.runs);
  }

  /** What a reader has to follow. */
  private static int weight(Schedule schedule) {
    return 2 * schedule.actions().size() + schedule.members().size();
  }

  private void untilNothingHelps(boolean lateFirst) {
    int before;
    boolean first = true;
    do {
      before = size(smallest);
      shorten();
      if (lateFirst || !first) {
        beginLater();
      }
      first = false;
      reduce(smallest.actions(), kept -> smallest.withActions(kept));
      narrowActions();
      reduce(smallest.members(), kept -> smallest.withMembers(kept));
      for (int r = 2; r < smallest.successors(); r++) {
        if (smallest.members().size() > r && breaks(smallest.withSuccessors(r))) {
          break;
        }
      }
    } while (size(smallest) < before && runs < maxRuns);
  }

  private static int size(Schedule schedule) {
    int named = 0;
    for (Schedule.Timed timed : schedule.actions()) {
      named += nodes(timed.action()).size();
    }
    return schedule.actions().size()
        + named
        + schedule.members().size()
        + schedule.successors()
        + schedule.durationMillis();
  }

  /** What lies behind the violation, or at its end behind the last action, is not needed. */
  private void shorten() {
    if (breaks(smallest.withActions(List.of()).withDuration(0))) {
      return;
    }
    long end = outcome.micros();
    for (Schedule.Timed timed : smallest.actions()) {
      if (end > smallest.durationMillis() * 1000L) {
        end = 0;
      }
      end = Math.max(end, Math.min(timed.micros(), outcome.micros()));
    }
    int millis = (int) (end / 1000) + 1;
    if (millis < smallest.durationMillis()) {
      List<Schedule.Timed> inTime =
          smallest.actions().stream().filter(timed -> timed.micros() <= millis * 1000L).toList();
      breaks(smallest.withActions(inTime).withDuration(millis));
    }
  }

  /**
   * What happened long before often matters only by who was up in the end: tries rings that begin
   * with those, as late as possible.
   */
  private void beginLater() {
    List<Schedule.Timed> actions = smallest.actions();
    List<List<Integer>> up = outcome.up();
    for (int first = Math.min(actions.size(), up.size()) - 1; first > 0; first--) {
      for (long lead : LEADS_MICROS) {
        long skipped = actions.get(first).micros() - smallest.pacing().scaled(lead);
        if (skipped > 0 && breaks(without(first, skipped, up.get(first)))) {
          return;
        }
      }
    }
  }

  private Schedule without(int count, long skippedMicros, List<Integer> members) {
    List<Schedule.Timed> later =
        smallest.actions().stream()
            .skip(count)
            .map(timed -> new Schedule.Timed(timed.micros() - skippedMicros, timed.action()))
            .toList();
    int millis = smallest.durationMillis() - (int) (skippedMicros / 1000);
    return smallest.withMembers(members).withActions(later).withDuration(millis);
  }

  /** Delta debugging: drops ever smaller parts of a list. */
  private <T> void reduce(List<T> whole, Function<List<T>, Schedule> with) {
    List<T> list = whole;
    int parts = 2;
    while (!list.isEmpty() && runs < maxRuns) {
      int length = Math.max(1, (list.size() + parts - 1) / parts);
      boolean dropped = false;
      for (int from = 0; from < list.size() && runs < maxRuns; from += length) {
        List<T> kept = new ArrayList<>(list.subList(0, from));
        kept.addAll(list.subList(Math.min(list.size(), from + length), list.size()));
        if (breaks(with.apply(kept))) {
          list = kept;
          dropped = true;
          from -= length;
        }
      }
      if (!dropped && length == 1) {
        return;
      }
      parts = dropped ? 2 : parts * 2;
    }
  }

  /** Takes single nodes out of actions on several. */
  private void narrowActions() {
    for (int i = 0; i < smallest.actions().size(); i++) {
      int at = i;
      Schedule.Timed timed = smallest.actions().get(i);
      if (nodes(timed.action()).size() > 1) {
        reduce(
            nodes(timed.action()),
            kept -> {
              List<Schedule.Timed> actions = new ArrayList<>(smallest.actions());
              actions.set(at, new Schedule.Timed(timed.micros(), with(timed.action(), kept)));
              return smallest.withActions(actions);
            });
      }
    }
  }

  private static List<Integer> nodes(Action action) {
    if (action instanceof Action.Life life) {
      return life.nodes();
    }
    return action instanceof Action.Cut cut ? cut.nodes() : List.of();
  }

  private static Action with(Action action, List<Integer> nodes) {
    if (action instanceof Action.Life life) {
      return new Action.Life(life.fault(), nodes);
    }
    return new Action.Cut(action.fault(), nodes);
  }

  /** Whether this schedule breaks the same rule; if so, it is the smallest from now on. */
  private boolean breaks(Schedule candidate) {
    boolean tooSmall = candidate.members().size() <= candidate.successors();
    if (tooSmall || candidate.equals(smallest) || runs >= maxRuns) {
      return false;
    }
    runs++;
    World.Outcome result = World.run(candidate, Trace.NONE);
    if (!rule(result).equals(Optional.of(rule))) {
      return false;
    }
    smallest = candidate;
    outcome = result;
    return true;
  }

  private static Optional<String> rule(World.Outcome outcome) {
    return outcome.violation().map(Violation::rule);
  }
}

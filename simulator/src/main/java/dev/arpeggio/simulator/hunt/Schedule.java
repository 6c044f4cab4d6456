package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import java.util.List;

/**
 * All that decides a run. Equal schedules make equal runs.
 *
 * @param runClass what is allowed and demanded
 * @param pacing how fast the nodes live
 * @param mutant the rules that the nodes follow
 * @param seed decides identifiers, the fate of each message and the nodes' own chance
 * @param successors r
 * @param members the numbers of the nodes that form the first ring; number 0 is the founder if it
 *     is among them, else the first is
 * @param durationMillis how long actions and their consequences are watched, counted from the
 *     moment at which the first ring is ideal
 * @param actions in the order of their time
 */
record Schedule(
    RunClass runClass,
    Pacing pacing,
    Mutant mutant,
    long seed,
    int successors,
    List<Integer> members,
    int durationMillis,
    List<Timed> actions) {

  /** Numbers of nodes are below this. */
  static final int MAX_NODES = 256;

  /**
   * An action and its moment.
   *
   * @param micros since the first ring was ideal
   */
  record Timed(long micros, Action action) {}

  Schedule {
    members = List.copyOf(members);
    actions = List.copyOf(actions);
  }

  Schedule withSuccessors(int r) {
    return new Schedule(runClass, pacing, mutant, seed, r, members, durationMillis, actions);
  }

  Schedule withMembers(List<Integer> numbers) {
    return new Schedule(
        runClass, pacing, mutant, seed, successors, numbers, durationMillis, actions);
  }

  Schedule withDuration(int millis) {
    return new Schedule(runClass, pacing, mutant, seed, successors, members, millis, actions);
  }

  Schedule withActions(List<Timed> others) {
    return new Schedule(
        runClass, pacing, mutant, seed, successors, members, durationMillis, others);
  }

  Schedule withMutant(Mutant other) {
    return new Schedule(
        runClass, pacing, other, seed, successors, members, durationMillis, actions);
  }
}

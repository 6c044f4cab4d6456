package dev.arpeggio.simulator.hunt;

import java.util.List;

/**
 * One thing that is done to a ring. Nodes have numbers; an action on a node that is not in the fit
 * state for it does nothing.
 */
sealed interface Action {
  /** The fault that this action is to bring about. */
  Fault fault();

  /** Ends processes, starts or stops nodes; {@code fault} says how. */
  record Life(Fault fault, List<Integer> nodes) implements Action {
    public Life {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * From now on, a share of all messages is hit.
   *
   * @param percent 0 to 100; 0 ends it
   * @param millis how long, where the fault has a length
   */
  record Disturb(Fault fault, int percent, int millis) implements Action {}

  /** Cuts these nodes off from all others, one way or both. */
  record Cut(Fault fault, List<Integer> nodes) implements Action {
    public Cut {
      nodes = List.copyOf(nodes);
    }
  }

  /** Ends the partition. */
  record Heal() implements Action {
    @Override
    public Fault fault() {
      return Fault.PARTITION;
    }
  }

  /**
   * Changes how one node runs.
   *
   * @param amount milliseconds of a pause, milliseconds a message of slowness, percent of drift
   */
  record Hamper(Fault fault, int node, int amount) implements Action {}
}

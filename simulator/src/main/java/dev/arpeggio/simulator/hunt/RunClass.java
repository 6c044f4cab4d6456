package dev.arpeggio.simulator.hunt;

import java.util.EnumSet;
import java.util.Set;

/** What a run may do to a ring, and what is demanded of the ring in return. */
enum RunClass {
  /**
   * The proof's assumptions: failures are detected without error, and no failure leaves a member
   * without a live successor or the ring with r principals or fewer. All invariants are demanded
   * after every event.
   */
  PROOF,
  /**
   * The same faults, but a failure is allowed by a budget that knows nothing of the nodes' lists:
   * at most r - 1 within a few seconds. All invariants are demanded after every event.
   */
  BUDGET,
  /**
   * Assumptions are broken: partitions, pauses, lost messages, false failures. One ideal ring is
   * demanded within bounded time after healing.
   */
  HEALING;

  /** What may happen in a run of this class. */
  Set<Fault> faults() {
    Set<Fault> faults = EnumSet.allOf(Fault.class);
    if (demandsInvariants()) {
      faults.removeAll(
          EnumSet.of(Fault.DROP, Fault.FALSE_FAILURE, Fault.PARTITION, Fault.ONE_WAY, Fault.PAUSE));
    }
    return faults;
  }

  boolean demandsInvariants() {
    return this != HEALING;
  }
}

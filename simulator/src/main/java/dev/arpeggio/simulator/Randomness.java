package dev.arpeggio.simulator;

import java.util.SplittableRandom;

/**
 * All chance of a run, from one seed. Each concern has a stream of its own, so that drawing once
 * more for one of them leaves the others as they were.
 *
 * @param seed any number
 */
public record Randomness(long seed) {
  /** The stream of one concern; asked twice, it begins anew. */
  public SplittableRandom of(Concern concern, long number) {
    Fingerprint mixed = new Fingerprint();
    mixed.add(seed);
    mixed.add(concern.name().hashCode());
    mixed.add(number);
    return new SplittableRandom(mixed.value());
  }

  /** What chance decides. */
  public enum Concern {
    /** Who comes and goes, and when. */
    CHURN,
    /** Where nodes lie on the circle. */
    IDENTIFIERS,
    /** How long messages take. */
    LATENCY,
    /** What a node draws for itself; one stream per life of a node. */
    NODE,
    /** What a hunt does to a ring, and when. */
    ACTIONS,
    /** What happens to a message on its way; one stream per message. */
    FAULTS
  }
}

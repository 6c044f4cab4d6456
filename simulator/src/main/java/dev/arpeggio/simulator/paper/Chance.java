package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.IdSpace;
import java.util.SplittableRandom;

/**
 * The chance of one concern of a run, from its seed: drawing more in one moves nothing elsewhere.
 */
final class Chance {
  private Chance() {}

  static SplittableRandom of(String concern, long seed) {
    return new SplittableRandom(IdSpace.DEFAULT.hash(concern + " of seed " + seed).value());
  }
}

package dev.arpeggio.simulator.scale;

/** An offence that the rules of the house must see here. */
final class PlantedClock {
  long now() {
    return System.nanoTime();
  }
}

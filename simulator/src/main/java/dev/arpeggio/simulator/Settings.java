package dev.arpeggio.simulator;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import java.time.Duration;

/**
 * What a simulated ring is made of.
 *
 * @param seed decides everything that chance decides
 * @param space the circle
 * @param config of every node
 * @param minLatency shortest time of a message from node to node
 * @param maxLatency longest time of a message from node to node
 */
public record Settings(
    long seed, IdSpace space, ChordConfig config, Duration minLatency, Duration maxLatency) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the latencies are negative or the wrong way round
   */
  public Settings {
    if (minLatency.isNegative() || minLatency.compareTo(maxLatency) > 0) {
      throw new IllegalArgumentException(
          "latency cannot be from " + minLatency + " to " + maxLatency);
    }
  }

  /** A ring in one data centre: 0.2 to 2 ms from node to node. */
  public static Settings lan(long seed) {
    return new Settings(
        seed, IdSpace.DEFAULT, ChordConfig.lan(), Duration.ofNanos(200_000), Duration.ofMillis(2));
  }

  /** A ring across continents: 20 to 100 ms from node to node. */
  public static Settings wan(long seed) {
    return new Settings(
        seed, IdSpace.DEFAULT, ChordConfig.wan(), Duration.ofMillis(20), Duration.ofMillis(100));
  }

  /** The same on another circle. */
  public Settings withSpace(IdSpace other) {
    return new Settings(seed, other, config, minLatency, maxLatency);
  }

  /** The same with nodes configured otherwise. */
  public Settings withConfig(ChordConfig other) {
    return new Settings(seed, space, other, minLatency, maxLatency);
  }
}

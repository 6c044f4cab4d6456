package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.ChordConfig;
import java.time.Duration;

/**
 * How fast the nodes of a run live, and all that happens to them with them. Times in this package
 * are written down as they are in a data centre and scaled by the interval at rest.
 */
enum Pacing {
  /**
   * As in a data centre, but at one pace: the quick rounds of production mend many a mistake before
   * it shows.
   */
  STEADY(200, 200, 2_000),
  /** Production on one machine. */
  LOCAL(50, 50, 500),
  /** Production in a data centre. */
  LAN(200, 200, 2_000),
  /** Production across continents. */
  WAN(1_000, 20_000, 100_000);

  private final long restMillis;
  private final long minLatencyMicros;
  private final long maxLatencyMicros;

  Pacing(long restMillis, long minLatencyMicros, long maxLatencyMicros) {
    this.restMillis = restMillis;
    this.minLatencyMicros = minLatencyMicros;
    this.maxLatencyMicros = maxLatencyMicros;
  }

  /** Of every node, but for what a schedule says. */
  ChordConfig config() {
    return switch (this) {
      case STEADY -> steady(ChordConfig.lan());
      case LOCAL -> ChordConfig.local();
      case LAN -> ChordConfig.lan();
      case WAN -> ChordConfig.wan();
    };
  }

  /** Shortest time of a message that nothing disturbs. */
  long minLatencyNanos() {
    return minLatencyMicros * 1000;
  }

  /** Longest time of a message that nothing disturbs, exclusive. */
  long maxLatencyNanos() {
    return maxLatencyMicros * 1000;
  }

  /** What this time in a data centre is at this pace. */
  long scaled(long time) {
    return time * restMillis / LAN.restMillis;
  }

  private static ChordConfig steady(ChordConfig config) {
    Duration rest = config.stabilizeInterval();
    return config.withStabilizeIntervals(rest, rest);
  }
}

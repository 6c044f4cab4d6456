package dev.arpeggio.node.cli.ring;

import java.time.Duration;
import java.time.Instant;

/**
 * How far a node's clock is ahead of the one here, as precisely as one call can tell.
 *
 * @param ahead negative: it is behind
 * @param uncertainty half of the time that the call took: the node looked at its clock at some
 *     moment in it
 */
public record ClockReading(Duration ahead, Duration uncertainty) {
  static ClockReading of(Instant asked, Instant node, Instant answered) {
    Duration half = Duration.between(asked, answered).dividedBy(2).abs();
    return new ClockReading(Duration.between(asked.plus(half), node), half);
  }

  /** How far the two are apart at least; zero if they may agree. */
  Duration apartFrom(ClockReading other) {
    Duration certain = ahead.minus(other.ahead).abs().minus(uncertainty).minus(other.uncertainty);
    return certain.isNegative() ? Duration.ZERO : certain;
  }
}

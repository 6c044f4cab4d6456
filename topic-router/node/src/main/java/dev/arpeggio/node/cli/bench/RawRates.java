package dev.arpeggio.node.cli.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.KeeperException;

/**
 * The baseline at its best: how many messages a second {@link RawLog} writes with segments of
 * several sizes, of which the one counts that is the fastest in the median of the rounds.
 */
public final class RawRates {
  private static final int IN_FLIGHT = 8;
  private static final List<Integer> SEGMENTS =
      List.of(32 << 10, 64 << 10, 128 << 10, 256 << 10, 448 << 10);

  private final Map<Integer, Samples> rates = new LinkedHashMap<>();

  /**
   * One round.
   *
   * @param bytes how many each size writes, about
   * @param frameBytes what a message takes in a segment
   */
  public void measure(RawLog raw, long bytes, double frameBytes)
      throws InterruptedException, KeeperException {
    for (int segment : SEGMENTS) {
      int count = (int) Math.max(1, bytes / segment);
      long nanos = raw.write(count, segment, IN_FLIGHT);
      raw.clear();
      rates
          .computeIfAbsent(segment, size -> new Samples())
          .add(count * Math.floor(segment / frameBytes) * 1e9 / nanos);
    }
  }

  /** Messages a second of the fastest size, round by round. */
  public Samples best() {
    return rates.values().stream().max(Comparator.comparingDouble(Samples::median)).orElseThrow();
  }
}

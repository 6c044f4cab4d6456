package dev.arpeggio.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One position on the ring.
 *
 * @param id 16 hexadecimal digits
 * @param address host:port
 * @param predecessor host:port; empty: unknown
 * @param successors host:port, nearest first
 * @param partitions how many partitions lie here by their keys, of all topics; empty where
 *     ZooKeeper did not answer, or nobody asked for the whole ring
 */
public record RingPosition(
    String id,
    String address,
    Optional<String> predecessor,
    List<String> successors,
    OptionalInt partitions) {
  public RingPosition {
    successors = List.copyOf(successors);
  }
}

package dev.arpeggio.client;

import java.util.List;
import java.util.Optional;

/**
 * One position on the ring.
 *
 * @param id 16 hexadecimal digits
 * @param address host:port
 * @param predecessor host:port; empty: unknown
 * @param successors host:port, nearest first
 */
public record RingPosition(
    String id, String address, Optional<String> predecessor, List<String> successors) {
  public RingPosition {
    successors = List.copyOf(successors);
  }
}

package dev.arpeggio.client;

import java.util.List;

/**
 * The ring as a walk by first successors found it.
 *
 * @param positions clockwise, starting at the node that was asked
 * @param ideal the walk came back to its start, and every successor, predecessor and successor list
 *     is right
 * @param problems what is not ideal, one line each
 */
public record RingInfo(List<RingPosition> positions, boolean ideal, List<String> problems) {
  public RingInfo {
    positions = List.copyOf(positions);
    problems = List.copyOf(problems);
  }
}

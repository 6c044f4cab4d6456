package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.QueueException;
import java.util.Optional;

/**
 * Why this node does not serve a partition now. Every one of them is worth a retry, at the place
 * that it names.
 */
public sealed interface Refusal {

  /** The ring names another owner. {@code owner} is host:port. */
  record OtherOwner(String owner, Optional<Long> epoch) implements Refusal {}

  /**
   * This node is not a member of the ring, the lookup failed, or the ring is between two owners.
   */
  record RingUnavailable(String why) implements Refusal {}

  /** This node is shutting down. */
  record Draining() implements Refusal {}

  /** The partition itself refused: unknown topic, ZooKeeper unreachable, corrupt store. */
  record Failed(QueueException cause) implements Refusal {}
}

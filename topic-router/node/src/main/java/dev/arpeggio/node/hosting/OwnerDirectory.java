package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.PartitionId;
import java.util.Optional;
import java.util.function.Consumer;

/** What the ring says about owners. A port: in production the node's position on the Chord ring. */
public interface OwnerDirectory {

  /** Whether this node is a member of the ring; it serves nothing before and after. Any thread. */
  boolean isMember();

  /**
   * Whether the ring makes this node the owner, by its own neighbours, without asking anyone. Any
   * thread.
   */
  boolean owns(PartitionId id);

  /**
   * Who serves next what this node owned a moment ago, by its own neighbours, without asking
   * anyone: host:port of the member that has come between. Empty if that is not what happened. Any
   * thread.
   */
  Optional<String> heir(PartitionId id);

  /**
   * Asks the ring for the owner. Any thread.
   *
   * @param answer gets the owner's host:port, or nothing if the ring cannot say now; exactly once,
   *     on the event loop that this directory was made for
   */
  void locate(PartitionId id, Consumer<Optional<String>> answer);
}

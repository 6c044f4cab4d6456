package dev.arpeggio.queue;

import java.util.List;

/** The nodes that are alive, as ZooKeeper sees their sessions. Belongs to the loop. */
public final class Members {
  public Members(ZooKeeperPort zooKeeper, EventLoop loop) {}

  /**
   * Enters a node, and enters it again whenever its session was lost, until {@link #close()}.
   *
   * @param done succeeds when the node is entered the first time
   */
  public void register(NodeIdentity node, Completion<Done> done) {
    Skeleton.missing();
  }

  /** Every member, sorted by name. Fails with STORE_UNAVAILABLE. */
  public void list(Completion<List<NodeIdentity>> done) {
    Skeleton.missing();
  }

  /** Takes the registered node out, as far as the store can be reached. */
  public void close() {
    Skeleton.missing();
  }
}

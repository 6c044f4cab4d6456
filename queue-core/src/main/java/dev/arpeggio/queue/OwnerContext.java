package dev.arpeggio.queue;

import java.util.random.RandomGenerator;

/**
 * What all partitions share that one node serves on one loop.
 *
 * @param self who owns
 * @param loop where everything runs
 * @param zooKeeper bound to the same loop
 * @param random source of the nonces by which an owner recognises its own records
 * @param storage shared by all loops of the node
 * @param outlet the way to other topics
 */
public record OwnerContext(
    NodeIdentity self,
    EventLoop loop,
    ZooKeeperPort zooKeeper,
    RandomGenerator random,
    PartitionOptions options,
    StorageBudget storage,
    Outlet outlet) {

  /** Without a limit over all partitions, and without a way to others. */
  public OwnerContext(
      NodeIdentity self,
      EventLoop loop,
      ZooKeeperPort zooKeeper,
      RandomGenerator random,
      PartitionOptions options) {
    this(self, loop, zooKeeper, random, options, StorageBudget.unlimited(), Outlet.none());
  }
}

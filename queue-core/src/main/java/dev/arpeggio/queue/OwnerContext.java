package dev.arpeggio.queue;

import java.util.random.RandomGenerator;

/** What all partitions share that one node serves on one loop. */
public final class OwnerContext {
  private final NodeIdentity self;
  private final EventLoop loop;
  private final ZooKeeperPort zooKeeper;
  private final RandomGenerator random;
  private final PartitionOptions options;
  private final ByteBudget storage;
  private final ByteBudget bodies;
  private final Outlet outlet;
  private final WarmSegments warm;
  private final SharedCommits sharedCommits;

  /** Without a limit over all partitions, and without a way to others. */
  public OwnerContext(
      NodeIdentity self,
      EventLoop loop,
      ZooKeeperPort zooKeeper,
      RandomGenerator random,
      PartitionOptions options) {
    this(
        self,
        loop,
        zooKeeper,
        random,
        options,
        ByteBudget.unlimited(),
        ByteBudget.unlimited(),
        Outlet.none(),
        WarmSegments.none());
  }

  /**
   * @param self who owns
   * @param loop where everything runs
   * @param zooKeeper bound to the same loop
   * @param random source of the nonces by which an owner recognises its own records
   * @param storage of what is stored; shared by all loops of the node
   * @param bodies of what is held in memory beside that; shared likewise
   * @param outlet the way to other topics
   * @param warm what was read of partitions before they are taken over; of the same loop
   */
  public OwnerContext(
      NodeIdentity self,
      EventLoop loop,
      ZooKeeperPort zooKeeper,
      RandomGenerator random,
      PartitionOptions options,
      ByteBudget storage,
      ByteBudget bodies,
      Outlet outlet,
      WarmSegments warm) {
    this.self = self;
    this.loop = loop;
    this.zooKeeper = zooKeeper;
    this.random = random;
    this.options = options;
    this.storage = storage;
    this.bodies = bodies;
    this.outlet = outlet;
    this.warm = warm;
    this.sharedCommits = new SharedCommits(zooKeeper);
  }

  NodeIdentity self() {
    return self;
  }

  EventLoop loop() {
    return loop;
  }

  ZooKeeperPort zooKeeper() {
    return zooKeeper;
  }

  RandomGenerator random() {
    return random;
  }

  PartitionOptions options() {
    return options;
  }

  ByteBudget storage() {
    return storage;
  }

  ByteBudget bodies() {
    return bodies;
  }

  Outlet outlet() {
    return outlet;
  }

  WarmSegments warm() {
    return warm;
  }

  SharedCommits sharedCommits() {
    return sharedCommits;
  }
}

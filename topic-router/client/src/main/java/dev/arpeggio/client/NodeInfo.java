package dev.arpeggio.client;

/**
 * A node's view of itself.
 *
 * @param position its place on the ring
 * @param version of its software
 * @param zookeeper the connect string of its ZooKeeper ensemble
 * @param zookeeperConnected whether it reaches the ensemble
 * @param draining whether it is shutting down
 * @param partitionsServed number of partitions that it owns
 * @param partitionsWarm partitions of other nodes of which it holds segments in memory, to take
 *     them over without reading those
 * @param warmBytes how much it holds of them
 */
public record NodeInfo(
    RingPosition position,
    String version,
    String zookeeper,
    boolean zookeeperConnected,
    boolean draining,
    int partitionsServed,
    int partitionsWarm,
    long warmBytes) {}

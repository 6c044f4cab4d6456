package dev.arpeggio.queue;

import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;

/**
 * What holds of a partition against a real server holds if the server is in the same process, and
 * is reached without a socket; also when it ends, and another one takes its place, elsewhere.
 */
class RealServerWithinTest extends RealServerTest {
  @Override
  RealNode connect(String name, EmbeddedZooKeeper to) throws Exception {
    return new RealNode(name, to, PartitionOptions.defaults());
  }
}

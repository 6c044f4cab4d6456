package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One attempt at adding partitions to a topic: one transaction that changes the topic's
 * configuration, creates the new partitions, and takes the fence of every old one from its owner.
 *
 * <p>So nothing that was chosen among the former number of partitions is stored after it, nothing
 * that was chosen among the new number before it, whoever believes to own what. Whoever dies leaves
 * the topic as it was or as it is to be.
 */
final class TopicGrowth {
  private final ZooKeeperPort zooKeeper;
  private final TopicName topic;
  private final TopicConfig from;
  private final TopicConfig to;
  private final int version;
  private final Outcome outcome;
  private final SortedMap<Integer, Op> fences = new TreeMap<>();
  private boolean over;

  /** How it ended. */
  interface Outcome {
    void grown();

    /** Somebody was faster, somewhere in the topic: to be tried again on top of that. */
    void overtaken(QueueException why);

    void failed(QueueException why);
  }

  /**
   * @param version of the topic's znode, which says {@code from}
   */
  TopicGrowth(
      ZooKeeperPort zooKeeper,
      TopicName topic,
      TopicConfig from,
      TopicConfig to,
      int version,
      Outcome outcome) {
    this.zooKeeper = zooKeeper;
    this.topic = topic;
    this.from = from;
    this.to = to;
    this.version = version;
    this.outcome = outcome;
  }

  void start() {
    List<Integer> old = IntStream.range(0, from.partitions()).boxed().toList();
    FanOut.forEach(old, this::readOwner, this::write);
  }

  private void readOwner(Integer partition, Runnable next) {
    var id = new PartitionId(topic, partition);
    String path = new PartitionPaths(id).owner();
    zooKeeper.get(
        path,
        reply -> {
          if (reply.isOk()) {
            try {
              fences.put(partition, fence(id, path, reply.get()));
            } catch (QueueException e) {
              fail(e);
              return;
            }
            next.run();
          } else if (reply.code() == Code.NO_NODE) {
            fail(QueueException.topicNotFound(topic));
          } else {
            fail(TopicCatalog.failedRead(path, reply.code()));
          }
        });
  }

  // On the condition of the version that was read: whoever acquires meanwhile is to be fenced, too.
  private static Op fence(PartitionId id, String path, ZooKeeperPort.Node node)
      throws QueueException {
    OwnerRecord record = OwnerRecord.decode(id, path, node.data());
    byte[] fenced = record == null ? OwnerRecord.unowned() : record.fenced().encode();
    return new Op.Set(path, fenced, node.stat().version());
  }

  private void write() {
    String path = PartitionPaths.topic(topic);
    var operations = new ArrayList<Op>();
    operations.add(new Op.Set(path, new TopicRecord(to, false).encode(), version));
    operations.addAll(fences.values());
    for (int partition = from.partitions(); partition < to.partitions(); partition++) {
      var paths = new PartitionPaths(new PartitionId(topic, partition));
      operations.add(new Op.Create(paths.owner(), OwnerRecord.unowned()));
      operations.add(new Op.Create(paths.added(), new byte[0]));
    }
    zooKeeper.multi(
        operations,
        reply -> {
          switch (reply.code()) {
            case OK -> outcome.grown();
            case BAD_VERSION, NO_NODE ->
                outcome.overtaken(QueueException.topicChanged(topic, null));
            case NODE_EXISTS ->
                outcome.overtaken(
                    QueueException.unexpected(
                        operations.get(Math.max(0, reply.failedOperation())).path(), reply.code()));
            default -> outcome.failed(TopicCatalog.failedWrite(path, reply.code()));
          }
        });
  }

  private void fail(QueueException why) {
    if (!over) {
      over = true;
      outcome.failed(why);
    }
  }
}

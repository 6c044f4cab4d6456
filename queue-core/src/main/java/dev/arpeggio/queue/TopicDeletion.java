package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Deletes what belongs to a topic that is marked as deleted. Each step can be repeated, by
 * whomever, so that it does not matter where an earlier deletion ended, or whether another one is
 * under way.
 */
final class TopicDeletion {
  private static final int DELETES_PER_MULTI = 500;

  private final ZooKeeperPort zooKeeper;
  private final TopicName topic;
  private final String path;
  private final Completion<Done> done;
  private boolean failed;

  private TopicDeletion(ZooKeeperPort zooKeeper, TopicName topic, Completion<Done> done) {
    this.zooKeeper = zooKeeper;
    this.topic = topic;
    this.path = PartitionPaths.topic(topic);
    this.done = done;
  }

  static void start(ZooKeeperPort zooKeeper, TopicName topic, Completion<Done> done) {
    var deletion = new TopicDeletion(zooKeeper, topic, done);
    deletion.children(deletion.path, deletion::fence);
  }

  // Before anything goes: no owner may write, and none may begin, from here on.
  private void fence(SortedSet<String> partitions) {
    for (String name : partitions) {
      if (!isPartition(name)) {
        fail(QueueException.storeCorrupt(path + "/" + name, "not a partition"));
        return;
      }
    }
    FanOut.forEach(
        partitions,
        this::fenceOne,
        () -> FanOut.forEach(partitions, this::empty, () -> finish(partitions)));
  }

  private static boolean isPartition(String name) {
    return name.matches("\\d{1,4}") && Integer.parseInt(name) < TopicConfig.MAX_PARTITIONS;
  }

  private void fenceOne(String partition, Runnable next) {
    zooKeeper.set(
        path + "/" + partition,
        OwnerRecord.tombstone(),
        ZooKeeperPort.ANY_VERSION,
        reply -> {
          if (reply.isOk() || reply.code() == Code.NO_NODE) {
            next.run();
          } else {
            fail(path + "/" + partition, reply.code());
          }
        });
  }

  private void empty(String partition, Runnable next) {
    var paths = new PartitionPaths(new PartitionId(topic, Integer.parseInt(partition)));
    children(
        paths.log(),
        buckets ->
            FanOut.forEach(
                buckets,
                (bucket, bucketDone) -> deleteChildren(paths.log() + "/" + bucket, bucketDone),
                () ->
                    deleteChildren(
                        paths.log(),
                        () ->
                            deleteChildren(
                                paths.subscriptions(),
                                () -> deleteChildren(paths.owner(), next)))));
  }

  private void deleteChildren(String parent, Runnable next) {
    children(
        parent,
        names -> {
          if (names.isEmpty()) {
            next.run();
            return;
          }
          var operations = new ArrayList<Op>();
          names.stream()
              .limit(DELETES_PER_MULTI)
              .forEach(
                  name ->
                      operations.add(
                          new Op.Delete(parent + "/" + name, ZooKeeperPort.ANY_VERSION)));
          multi(operations, () -> deleteChildren(parent, next));
        });
  }

  private void finish(SortedSet<String> partitions) {
    var operations = new ArrayList<Op>();
    partitions.forEach(
        partition ->
            operations.add(new Op.Delete(path + "/" + partition, ZooKeeperPort.ANY_VERSION)));
    operations.add(new Op.Delete(path, ZooKeeperPort.ANY_VERSION));
    multi(operations, () -> done.succeeded(Done.DONE));
  }

  // What is missing was deleted by somebody else a moment ago; there is less to do then.
  private void multi(List<Op> operations, Runnable next) {
    zooKeeper.multi(
        operations,
        reply -> {
          if (reply.isOk() || reply.code() == Code.NO_NODE) {
            next.run();
          } else {
            int failed = Math.max(0, reply.failedOperation());
            fail(operations.get(failed).path(), reply.code());
          }
        });
  }

  private void children(String parent, Consumer<SortedSet<String>> next) {
    zooKeeper.children(
        parent,
        reply -> {
          if (reply.isOk() || reply.code() == Code.NO_NODE) {
            next.accept(reply.isOk() ? new TreeSet<>(reply.get()) : new TreeSet<>());
          } else {
            fail(parent, reply.code());
          }
        });
  }

  private void fail(String at, Code code) {
    fail(TopicCatalog.failedWrite(at, code));
  }

  private void fail(QueueException why) {
    if (!failed) {
      failed = true;
      done.failed(why);
    }
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * The subscriptions that a partition begins with which was added to its topic: those that the
 * topic's first partition has, at their beginning. Otherwise messages could be deleted that a
 * subscription wants whose consumers have not come to the new partition yet.
 *
 * <p>Read when the partition gets its first owner, before anything can be stored in it. So it does
 * not matter how long that is after it was added, and a subscription that begins at the end of the
 * log begins at the same place.
 */
final class Inheritance {
  private final ZooKeeperPort zooKeeper;
  private final PartitionPaths paths;
  private final PartitionPaths first;
  private final BiPredicate<Code, String> goesOn;
  private final Completion<List<Op>> done;
  private final SortedMap<String, byte[]> cursors = new TreeMap<>();
  private boolean over;

  /**
   * @param goesOn whether to go on after a read of that path was answered so; deals with it if not
   * @param done gets what is to be created, or to be deleted as it has served its time; fails with
   *     STORE_CORRUPT
   */
  Inheritance(
      ZooKeeperPort zooKeeper,
      PartitionPaths paths,
      BiPredicate<Code, String> goesOn,
      Completion<List<Op>> done) {
    this.zooKeeper = zooKeeper;
    this.paths = paths;
    this.first = paths.ofFirst();
    this.goesOn = goesOn;
    this.done = done;
  }

  void read() {
    zooKeeper.exists(
        paths.added(),
        reply -> {
          if (reply.code() == Code.NO_NODE) {
            done.succeeded(List.of());
          } else if (goesOn.test(reply.code(), paths.added())) {
            list();
          }
        });
  }

  private void list() {
    zooKeeper.children(
        first.subscriptions(),
        reply -> {
          if (reply.code() == Code.NO_NODE) {
            // It never had an owner.
            succeed();
          } else if (goesOn.test(reply.code(), first.subscriptions())) {
            FanOut.forEach(new TreeSet<>(reply.get()), this::readOne, this::succeed);
          }
        });
  }

  private void readOne(String name, Runnable next) {
    String path = first.subscription(name);
    zooKeeper.get(
        path,
        reply -> {
          if (over) {
            return;
          }
          if (reply.code() == Code.NO_NODE) {
            // Deleted a moment ago.
            next.run();
          } else if (goesOn.test(reply.code(), path)) {
            try {
              cursors.put(name, Cursor.decode(path, reply.get().data()).ofNewLog().encode());
            } catch (QueueException e) {
              over = true;
              done.failed(e);
              return;
            }
            next.run();
          } else {
            over = true;
          }
        });
  }

  private void succeed() {
    var operations = new ArrayList<Op>();
    cursors.forEach(
        (name, cursor) -> operations.add(new Op.Create(paths.subscription(name), cursor)));
    operations.add(new Op.Delete(paths.added(), ZooKeeperPort.ANY_VERSION));
    done.succeeded(operations);
  }
}

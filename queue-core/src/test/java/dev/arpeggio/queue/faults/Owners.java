package dev.arpeggio.queue.faults;

import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.RealNode;
import dev.arpeggio.queue.TopicConfig;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that take one partition over from one another: the next does when it is asked to, or when
 * the one that had it lost it. Says who has it now, as far as is known here: as in a cluster, that
 * may not be true any more.
 */
final class Owners {
  private static final long PAUSE_NANOS = 10_000_000;

  private final List<RealNode> nodes;
  private final PartitionId id;
  private final AtomicInteger requests = new AtomicInteger();
  private final Worker worker = new Worker("owners", this::keep);
  private volatile @Nullable Generation current;

  /**
   * A node's time as the owner.
   *
   * @param number 1, 2, 3 and so on
   * @param index of the node
   */
  record Generation(int number, int index, RealNode node, RealNode.RealPartition partition) {}

  Owners(List<RealNode> nodes, PartitionId id) {
    this.nodes = List.copyOf(nodes);
    this.id = id;
    worker.start();
  }

  /** Null while nobody is known to have it. */
  @Nullable Generation current() {
    return current;
  }

  /** Another node will take the partition over, from an owner that does not know it. */
  void handOver() {
    requests.incrementAndGet();
  }

  private void keep() {
    int attempts = 0;
    int served = 0;
    while (!worker.isEnding()) {
      Generation last = current;
      int wanted = requests.get();
      if (last == null || last.partition().lost.isDone() || wanted != served) {
        served = wanted;
        open(++attempts % nodes.size(), last == null ? 1 : last.number() + 1);
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void open(int index, int number) {
    RealNode node = nodes.get(index);
    var partition = node.opening(id, TopicConfig.defaults());
    RealNode.await(() -> worker.isEnding() || partition.opened.isDone(), "an answer to a takeover");
    if (partition.opened.isSuccess()) {
      current = new Generation(number, index, node, partition);
    } else {
      // Somebody else was faster, or the servers are away.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  void end() {
    worker.end();
  }
}

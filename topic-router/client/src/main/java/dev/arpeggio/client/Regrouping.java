package dev.arpeggio.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes back from the pipelines of a producer what no owner has stored, so that it can be sent to
 * the partitions of another number of them. Confined to the event loop.
 *
 * <p>What was ever sent stays with its partition until it is known to be stored there or not, and
 * nothing else is sent meanwhile. So no message is stored twice, and those of a key go on in the
 * order in which they were sent.
 */
final class Regrouping {
  private final List<PartitionPipeline> pipelines;
  private final Consumer<List<Unrouted>> done;
  private int unsettled;

  /**
   * @param done gets what is not stored, in an order that keeps that of each partition
   */
  Regrouping(List<PartitionPipeline> pipelines, Consumer<List<Unrouted>> done) {
    this.pipelines = pipelines;
    this.done = done;
    this.unsettled = pipelines.size();
  }

  void start() {
    pipelines.forEach(pipeline -> pipeline.settle(this::oneSettled));
  }

  private void oneSettled() {
    unsettled--;
    if (unsettled > 0) {
      return;
    }
    List<Unrouted> back = new ArrayList<>();
    for (PartitionPipeline pipeline : pipelines) {
      pipeline.takeBack().forEach(batch -> back.addAll(batch.dissolve()));
    }
    // Deadlines rise along the batches of a pipeline, and have to along those to come. The order of
    // equals stays.
    back.sort((one, other) -> Long.signum(one.deadlineNanos() - other.deadlineNanos()));
    done.accept(back);
  }
}

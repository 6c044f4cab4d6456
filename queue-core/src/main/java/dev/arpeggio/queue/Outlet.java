package dev.arpeggio.queue;

/**
 * The way from a partition to partitions of other topics, wherever these are served: dead letters,
 * expired messages and redriven ones go through it. Called on the loop, and answers on it.
 */
public interface Outlet {
  /**
   * Which partition takes what comes from {@code origin}. The same for as long as the topic exists.
   *
   * @param create whether to create a topic that does not exist
   * @param done fails with TOPIC_NOT_FOUND if there is no such topic, or with anything that is
   *     worth another try later
   */
  void place(TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done);

  /** As {@link Partition#append}, at the owner of the partition; answers in bounded time. */
  void append(PartitionId target, Batch batch, Completion<Appended> done);

  /** Of a node that cannot reach any other partition: what is to be moved waits. */
  static Outlet none() {
    return new Outlet() {
      @Override
      public void place(
          TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done) {
        done.failed(QueueException.storeUnavailable("there is no way to " + topic, null));
      }

      @Override
      public void append(PartitionId target, Batch batch, Completion<Appended> done) {
        done.failed(QueueException.storeUnavailable("there is no way to " + target, null));
      }
    };
  }
}

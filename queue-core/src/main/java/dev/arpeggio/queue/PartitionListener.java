package dev.arpeggio.queue;

/** Told about what happens to a partition at this node without anybody asking for it. */
public interface PartitionListener {
  /**
   * The partition is served no more: fenced by another owner, deleted, or unreadable. Everything
   * pending has failed and every sink is closed. Called at most once, and only after the partition
   * was opened.
   */
  void lost(QueueException why);

  /**
   * Messages are gone that some subscription had not acknowledged: the topic's configuration says
   * so, as the partition is full or newer messages of their keys are stored.
   *
   * @param first offset of the first message that may be concerned
   * @param end offset after the last one
   * @param messages how many
   */
  default void dropped(long first, long end, long messages) {}
}

package dev.arpeggio.queue;

/** Told about the end of a partition's life at this node. */
public interface PartitionListener {
  /**
   * The partition is served no more: fenced by another owner, deleted, or unreadable. Everything
   * pending has failed and every sink is closed. Called at most once, and only after the partition
   * was opened.
   */
  void lost(QueueException why);
}

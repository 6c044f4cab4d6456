package dev.arpeggio.queue;

/**
 * Where a subscription's messages go for one consumer. Called on the loop; must not block and must
 * not throw.
 */
public interface ConsumerSink {
  /** False: deliver nothing until {@link ConsumerHandle#resume()} is called. */
  boolean isReady();

  void deliver(Delivery delivery);

  /**
   * Nothing is delivered any more; called once, and not after {@link ConsumerHandle#close()} or
   * detach.
   */
  void closed(QueueException why);

  /** A key was silent for longer than the topic promises. */
  default void missed(MissedDeadline deadline) {}
}

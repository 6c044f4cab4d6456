package dev.arpeggio.queue;

import java.time.Duration;

/** A publisher's end of a partition. Belongs to the partition's loop. */
public interface PublisherHandle {
  /** A sign has to be given more often than this; zero: no signs are needed. */
  Duration lease();

  /**
   * The publisher is alive; to be called with every batch, too, before it is appended.
   *
   * @throws QueueException LIMIT_EXCEEDED if it was gone, and others have taken its place
   */
  void alive() throws QueueException;

  /**
   * From its next message of each key on, it is judged by this strength.
   *
   * @throws QueueException INVALID_ARGUMENT, QOS_MISMATCH
   */
  void changeStrength(int strength) throws QueueException;

  /** It publishes no more: its keys are free at once. Whoever just vanishes has its lease. */
  void close();
}

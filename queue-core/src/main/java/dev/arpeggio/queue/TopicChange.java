package dev.arpeggio.queue;

/** What an administrator wants to be different about a topic. */
@FunctionalInterface
public interface TopicChange {
  /**
   * What the configuration becomes; called again if another administrator was faster.
   *
   * @throws QueueException if that is no configuration
   */
  TopicConfig applyTo(TopicConfig now) throws QueueException;
}

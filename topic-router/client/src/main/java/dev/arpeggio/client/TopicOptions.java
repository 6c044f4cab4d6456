package dev.arpeggio.client;

/**
 * The configuration of a topic. Immutable; start from {@link #defaults()}, whose zeros stand for
 * the node's defaults.
 *
 * @param partitions 1 to 1,024; 0: 1
 * @param maxMessageBytes largest encoded message; 0: 262,144, which is also the most
 * @param maxPartitionBytes bytes that one partition may retain; 0: the default of the node
 */
public record TopicOptions(int partitions, int maxMessageBytes, long maxPartitionBytes) {
  private static final TopicOptions DEFAULTS = new TopicOptions(0, 0, 0);

  /**
   * @throws IllegalArgumentException if a value is negative; upper bounds are the server's to check
   */
  public TopicOptions {
    if (partitions < 0 || maxMessageBytes < 0 || maxPartitionBytes < 0) {
      throw new IllegalArgumentException(
          "negative topic option: %d partitions, %d bytes a message, %d bytes a partition"
              .formatted(partitions, maxMessageBytes, maxPartitionBytes));
    }
  }

  public static TopicOptions defaults() {
    return DEFAULTS;
  }

  public TopicOptions withPartitions(int number) {
    return new TopicOptions(number, maxMessageBytes, maxPartitionBytes);
  }

  public TopicOptions withMaxMessageBytes(int bytes) {
    return new TopicOptions(partitions, bytes, maxPartitionBytes);
  }

  public TopicOptions withMaxPartitionBytes(long bytes) {
    return new TopicOptions(partitions, maxMessageBytes, bytes);
  }
}

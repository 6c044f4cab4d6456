package dev.arpeggio.queue;

/**
 * What a topic is created with.
 *
 * @param partitions 1 to 1,024
 * @param maxMessageBytes largest encoded message, 1 to 262,144 bytes
 * @param maxPartitionBytes bytes that one partition may retain, at least 1
 */
public record TopicConfig(int partitions, int maxMessageBytes, long maxPartitionBytes) {
  public static final int MAX_PARTITIONS = 1_024;
  public static final int MAX_MESSAGE_BYTES = 262_144;
  public static final long DEFAULT_PARTITION_BYTES = 1L << 30;

  /** For values that are known to be good. */
  public TopicConfig {
    String problem = problem(partitions, maxMessageBytes, maxPartitionBytes);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** One partition, messages of up to 256 KiB, 1 GiB retained. */
  public static TopicConfig defaults() {
    return new TopicConfig(1, MAX_MESSAGE_BYTES, DEFAULT_PARTITION_BYTES);
  }

  /**
   * For values that come from outside.
   *
   * @throws QueueException with INVALID_ARGUMENT
   */
  public static TopicConfig of(int partitions, int maxMessageBytes, long maxPartitionBytes)
      throws QueueException {
    String problem = problem(partitions, maxMessageBytes, maxPartitionBytes);
    if (!problem.isEmpty()) {
      int field = problem.indexOf(' ');
      throw QueueException.invalidArgument(
          problem.substring(0, field), problem.substring(field + 1));
    }
    return new TopicConfig(partitions, maxMessageBytes, maxPartitionBytes);
  }

  private static String problem(int partitions, int maxMessageBytes, long maxPartitionBytes) {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      return "partitions must be 1 to " + MAX_PARTITIONS + ", not " + partitions;
    }
    if (maxMessageBytes < 1 || maxMessageBytes > MAX_MESSAGE_BYTES) {
      return "max_message_bytes must be 1 to " + MAX_MESSAGE_BYTES + ", not " + maxMessageBytes;
    }
    return maxPartitionBytes < 1
        ? "max_partition_bytes must be at least 1, not " + maxPartitionBytes
        : "";
  }
}

package dev.arpeggio.queue;

/**
 * A topic's name: 1 to 249 characters out of {@code A-Z a-z 0-9 . _ -}, neither {@code .} nor
 * {@code ..}.
 *
 * @param value the name; never one that breaks the rule
 */
public record TopicName(String value) implements Comparable<TopicName> {
  /** For names that are known to be good. */
  public TopicName {
    if (!Names.isValid(value)) {
      throw new IllegalArgumentException("not a topic name: " + value);
    }
  }

  /**
   * For names that come from outside.
   *
   * @throws QueueException with INVALID_NAME
   */
  public static TopicName parse(String value) throws QueueException {
    if (!Names.isValid(value)) {
      throw QueueException.invalidName("topic", value);
    }
    return new TopicName(value);
  }

  @Override
  public int compareTo(TopicName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

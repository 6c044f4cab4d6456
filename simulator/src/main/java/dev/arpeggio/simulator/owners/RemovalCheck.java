package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.TopicConfig;

/** Which messages may go from the log, or be kept from the consumers, as the topic has it. */
final class RemovalCheck {
  private final TopicConfig.Retention retention;
  private final Book book;

  RemovalCheck(TopicConfig.Retention retention, Book book) {
    this.retention = retention;
    this.book = book;
  }

  /**
   * A message is in the log no more.
   *
   * @return whether it may go although somebody has not acknowledged it
   */
  boolean gone(long offset, long nowMillis) {
    boolean keyed = isKeptByKey(offset);
    if (keyed && !isSuperseded(offset)) {
      throw new Breach(
          Rule.RETAINED,
          offset
              + " is gone, and of its key there are only "
              + book.newerOfKey(offset)
              + " newer ones");
    }
    long age = book.ageMillis(offset, nowMillis);
    if (age < retention.time().toMillis()) {
      throw new Breach(Rule.RETAINED, offset + " is gone after " + age + " ms");
    }
    return keyed;
  }

  private boolean isSuperseded(long offset) {
    return isKeptByKey(offset) && book.newerOfKey(offset) >= retention.lastPerKey();
  }

  private boolean isKeptByKey(long offset) {
    return retention.lastPerKey() > 0 && book.sample(offset).key() != 0;
  }

  /** Whether the owner may acknowledge it for its consumers, or will soon. */
  boolean needsNobody(long offset, long nowMillis) {
    return book.hasExpired(offset, nowMillis) || isSuperseded(offset);
  }

  /** Whether it stays until everybody has acknowledged it. */
  boolean needsEverybody(long offset) {
    return !book.hasExpired(offset, Long.MAX_VALUE / 2) && !isKeptByKey(offset);
  }
}

package dev.arpeggio.node.cli;

/** How much of a topic's limit, which counts encoded messages, is left for the body. */
final class MessageSize {
  /** A protobuf field: one byte of tag, and a length of at most five. */
  private static final int FIELD_OVERHEAD_BYTES = 6;

  /** Priority, delay and time to live: a tag each, and numbers of at most 2, 6 and 6 bytes. */
  private static final int ATTRIBUTES_BYTES = 17;

  private MessageSize() {}

  /**
   * The longest body that surely fits, in bytes, at least 0.
   *
   * @param keyBytes 0: no key
   */
  static int largestBody(int maxMessageBytes, int keyBytes) {
    int overhead =
        ATTRIBUTES_BYTES
            + FIELD_OVERHEAD_BYTES
            + (keyBytes == 0 ? 0 : FIELD_OVERHEAD_BYTES + keyBytes);
    return Math.max(0, maxMessageBytes - overhead);
  }
}

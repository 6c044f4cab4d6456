package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.Message;

/**
 * A message in a partition's log.
 *
 * @param dueMillis when it may be delivered at the earliest
 * @param expiresMillis when it is not delivered any more; the largest number: never
 */
record StoredMessage(
    long offset, Message message, long committedMillis, long dueMillis, long expiresMillis) {
  /** Empty: none. */
  ByteString key() {
    return message.getKey();
  }

  int size() {
    return message.getSerializedSize();
  }
}

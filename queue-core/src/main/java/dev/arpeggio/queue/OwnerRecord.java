package dev.arpeggio.queue;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a partition's znode.
 *
 * @param nonce by which the writer recognises its own record
 */
record OwnerRecord(NodeIdentity owner, String nonce) {
  private static final String KIND = "owner";

  // No owner's, as these are made of random digits only.
  private static final String FENCED = "fenced";

  /** The partition was created and never owned. */
  static byte[] unowned() {
    return TextRecord.encode(KIND, Map.of());
  }

  /** The partition is being deleted, and may not be owned again. */
  static byte[] tombstone() {
    return TextRecord.encode(KIND, Map.of("deleted", "true"));
  }

  /** The same owner, who holds the fence no more; nobody does. */
  OwnerRecord fenced() {
    return new OwnerRecord(owner, FENCED);
  }

  /**
   * Whether the fence was taken from whom this names, by somebody who does not own in its place.
   */
  boolean isFenced() {
    return nonce.equals(FENCED);
  }

  byte[] encode() {
    return TextRecord.encode(
        KIND, Map.of("node", owner.name(), "address", owner.address(), "nonce", nonce));
  }

  /**
   * @return null if the partition was never owned
   * @throws QueueException TOPIC_NOT_FOUND for a tombstone, STORE_CORRUPT
   */
  static @Nullable OwnerRecord decode(PartitionId id, String path, byte[] content)
      throws QueueException {
    var record = TextRecord.decode(path, KIND, content);
    if (record.has("deleted")) {
      throw QueueException.topicNotFound(id.topic());
    }
    if (!record.has("node")) {
      return null;
    }
    try {
      return new OwnerRecord(
          new NodeIdentity(record.text("node"), record.text("address")), record.text("nonce"));
    } catch (IllegalArgumentException e) {
      throw QueueException.storeCorrupt(
          path, e.getMessage() == null ? "not an owner" : e.getMessage());
    }
  }
}

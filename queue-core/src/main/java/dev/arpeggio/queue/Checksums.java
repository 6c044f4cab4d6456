package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The frame around everything binary that a partition stores: a magic number, a CRC32C of all that
 * follows it, the content. The first byte of the content is its version.
 */
final class Checksums {
  static final int PREFIX_BYTES = 2 * Integer.BYTES;

  private Checksums() {}

  /** Fills in the prefix of a complete znode. */
  static void seal(byte[] content, int magic) {
    ByteBuffer.wrap(content).putInt(magic).putInt(crc(content));
  }

  /**
   * The content behind the prefix and the version.
   *
   * @throws QueueException STORE_CORRUPT
   */
  static ByteBuffer open(String path, byte[] content, int magic, int version, String what)
      throws QueueException {
    if (content.length <= PREFIX_BYTES) {
      throw QueueException.storeCorrupt(path, "too short for " + what);
    }
    var buffer = ByteBuffer.wrap(content);
    if (buffer.getInt() != magic) {
      throw QueueException.storeCorrupt(path, "not " + what);
    }
    if (buffer.getInt() != crc(content)) {
      throw QueueException.storeCorrupt(path, "the checksum of " + what + " does not match");
    }
    byte found = buffer.get();
    if (found != version) {
      throw QueueException.storeCorrupt(
          path, what + " of version " + found + "; " + version + " is known");
    }
    return buffer;
  }

  private static int crc(byte[] content) {
    var crc = new CRC32C();
    crc.update(content, PREFIX_BYTES, content.length - PREFIX_BYTES);
    return (int) crc.getValue();
  }
}

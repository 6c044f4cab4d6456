package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The bodies of segments, deflated where that makes them smaller. */
final class Compression {
  private Compression() {}

  /** The bytes from {@code from} on, deflated; null if that does not make them fewer. */
  static byte @Nullable [] deflate(byte[] content, int from) {
    int length = content.length - from;
    var deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(content, from, length);
      deflater.finish();
      var deflated = new byte[length];
      int size = deflater.deflate(deflated);
      return deflater.finished() && size < length ? Arrays.copyOf(deflated, size) : null;
    } finally {
      deflater.end();
    }
  }

  /**
   * What the rest of the buffer was before.
   *
   * @param length declared; checked by the caller before anything of that size is made
   * @throws QueueException STORE_CORRUPT if it is anything else than {@code length} bytes
   */
  static byte[] inflate(String path, ByteBuffer in, int length) throws QueueException {
    var inflater = new Inflater(true);
    try {
      inflater.setInput(in);
      var inflated = new byte[length];
      int size = inflater.inflate(inflated);
      // Only the next call notices the end, if the output was full before.
      boolean more = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
      if (size != length || more || !inflater.finished() || in.hasRemaining()) {
        throw QueueException.storeCorrupt(path, "a body that is not as long as it says");
      }
      return inflated;
    } catch (DataFormatException e) {
      throw QueueException.storeCorrupt(path, "a body that cannot be inflated");
    } finally {
      inflater.end();
    }
  }
}

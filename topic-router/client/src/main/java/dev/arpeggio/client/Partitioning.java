package dev.arpeggio.client;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;

/**
 * Where messages with a key go. A change here would break the order of every key, so there is none.
 * Stateless.
 */
public final class Partitioning {
  private static final HashFunction HASH = Hashing.murmur3_32_fixed(0);

  private Partitioning() {}

  /**
   * The partition of a key: MurmurHash3 (x86, 32 bits, seed 0) of its bytes, read as an unsigned
   * number, modulo the number of partitions.
   *
   * @param partitions at least 1
   */
  public static int ofKey(byte[] key, int partitions) {
    return Integer.remainderUnsigned(HASH.hashBytes(key).asInt(), partitions);
  }
}

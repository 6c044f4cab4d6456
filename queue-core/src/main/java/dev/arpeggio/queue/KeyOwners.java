package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a partition: who is heard for each, and when it was heard last. Messages without a
 * key are those of one key more.
 *
 * <p>Bounded: beyond, keys are forgotten that belong to nobody any more, and if there are none, new
 * keys are refused. Where keys belong to nobody anyway, new ones are not watched until others have
 * missed their deadline. Keys are told apart by a hash of 64 bits.
 */
final class KeyOwners {
  /** Most keys. */
  static final int MAX_KEYS = 16_384;

  private static final int LONGEST_KEPT_KEY = 256;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final boolean timed;
  // By hash; if time matters, in the order in which they were heard last.
  private final Map<Long, Key> byHash = new LinkedHashMap<>();

  /** A key as it was published. */
  interface KeyBytes {
    /** Null if it is longer. */
    @Nullable ByteBuffer upTo(int length);
  }

  /** One key. */
  private static final class Key {
    private @Nullable Publisher owner;
    private @Nullable ByteBuffer bytes;
    private long heardNanos;
    // Where it was heard last, as far as the log was read after a takeover.
    private long offset = -1;

    boolean isFree() {
      return owner == null || owner.isGone();
    }
  }

  /**
   * @param timed whether {@link #expire} is going to be called
   */
  KeyOwners(boolean timed) {
    this.timed = timed;
  }

  int size() {
    return byHash.size();
  }

  /**
   * Makes room for these keys, as far as they are new.
   *
   * @throws QueueException LIMIT_EXCEEDED
   */
  void reserve(long[] hashes) throws QueueException {
    if (byHash.size() + hashes.length <= MAX_KEYS) {
      return;
    }
    byHash.values().removeIf(Key::isFree);
    long unknown =
        LongStream.of(hashes).filter(hash -> !byHash.containsKey(hash)).distinct().count();
    if (byHash.size() + unknown > MAX_KEYS) {
      throw QueueException.limitExceeded("keys of a partition's publishers", MAX_KEYS, RETRY);
    }
  }

  /** Whether the publisher may speak for a key: if so, the key is its own from now on. */
  boolean claim(long hash, Publisher publisher) {
    Key key = byHash.computeIfAbsent(hash, unknown -> new Key());
    if (key.owner == publisher) {
      return true;
    }
    Publisher owner = key.owner;
    if (owner != null && !owner.isGone() && publisher.strength() <= owner.strength()) {
      return false;
    }
    key.owner = publisher;
    return true;
  }

  /** Something of this key is heard now. */
  void heard(long hash, long nowNanos, KeyBytes bytes) {
    if (!timed) {
      return;
    }
    Key known = byHash.remove(hash);
    if (known == null && byHash.size() >= MAX_KEYS) {
      return;
    }
    Key key = known == null ? new Key() : known;
    key.heardNanos = nowNanos;
    if (key.bytes == null) {
      key.bytes = bytes.upTo(LONGEST_KEPT_KEY);
    }
    byHash.put(hash, key);
  }

  /**
   * Forgets keys that were not heard for that long.
   *
   * @param told of each of them
   */
  void expire(long nowNanos, Duration longest, Consumer<Optional<ByteBuffer>> told) {
    var all = byHash.values().iterator();
    while (all.hasNext()) {
      Key first = all.next();
      if (nowNanos - first.heardNanos <= longest.toNanos()) {
        return;
      }
      all.remove();
      told.accept(Optional.ofNullable(first.bytes).map(ByteBuffer::asReadOnlyBuffer));
    }
  }

  // ---- After a takeover.

  /** Somebody was heard at this offset. */
  void replay(long hash, @Nullable Publisher publisher, long offset, long nowNanos) {
    if (byHash.size() >= MAX_KEYS && !byHash.containsKey(hash)) {
      var eldest = byHash.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    Key key = byHash.computeIfAbsent(hash, unknown -> new Key());
    if (offset > key.offset) {
      key.owner = publisher;
      key.offset = offset;
      key.heardNanos = nowNanos;
    }
  }

  /** At most what {@link #encode} takes. */
  int encodedBytes() {
    return Varints.MAX_BYTES + byHash.size() * (Long.BYTES + Varints.MAX_BYTES);
  }

  void encode(ByteBuffer out, Map<Publisher, Integer> numbers) {
    Varints.put(out, byHash.size());
    byHash.forEach(
        (hash, key) -> {
          out.putLong(hash);
          Publisher owner = key.isFree() ? null : key.owner;
          Varints.put(out, owner == null ? 0 : numbers.getOrDefault(owner, 0));
        });
  }

  void decode(ByteBuffer in, Publisher[] publishers, long nowNanos) {
    int count = Varints.getSize(in, MAX_KEYS);
    for (int i = 0; i < count; i++) {
      var key = new Key();
      byHash.put(in.getLong(), key);
      int number = Varints.getSize(in, publishers.length);
      key.owner = number == 0 ? null : publishers[number - 1];
      key.heardNanos = nowNanos;
    }
  }
}

package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The publishers of a partition that count as alive. */
final class Publishers {
  /** Most of them. */
  static final int MAX_PUBLISHERS = 4_096;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Map<ProducerId, Publisher> byId = new LinkedHashMap<>();

  @Nullable Publisher find(ProducerId id) {
    return byId.get(id);
  }

  int size() {
    return byId.size();
  }

  /**
   * @throws QueueException LIMIT_EXCEEDED
   */
  Publisher add(ProducerId id, int strength, Duration lease, long nowNanos) throws QueueException {
    if (byId.size() >= MAX_PUBLISHERS) {
      throw QueueException.limitExceeded("publishers of a partition", MAX_PUBLISHERS, RETRY);
    }
    var added = new Publisher(id, strength, lease, nowNanos);
    byId.put(id, added);
    return added;
  }

  void remove(Publisher publisher) {
    publisher.leave();
    byId.remove(publisher.id(), publisher);
  }

  /** Takes those out that gave no sign for longer than their lease. */
  void removeOverdue(long nowNanos) {
    for (Iterator<Publisher> all = byId.values().iterator(); all.hasNext(); ) {
      Publisher publisher = all.next();
      if (publisher.isOverdue(nowNanos)) {
        publisher.leave();
        all.remove();
      }
    }
  }

  // ---- What a next owner has to know of them.

  /** At most what {@link #encode} takes. */
  int encodedBytes() {
    return Varints.MAX_BYTES + byId.size() * (2 * Long.BYTES + 2 * Varints.MAX_BYTES);
  }

  /**
   * @param numbers gets the number by which each is stored, from 1
   */
  void encode(ByteBuffer out, Map<Publisher, Integer> numbers) {
    Varints.put(out, byId.size());
    for (Publisher publisher : byId.values()) {
      numbers.put(publisher, numbers.size() + 1);
      out.putLong(publisher.id().high()).putLong(publisher.id().low());
      Varints.put(out, publisher.strength());
      Varints.put(out, publisher.lease().toMillis());
    }
  }

  /** Reads them; each has its lease from now on to come back. In the order of their numbers. */
  Publisher[] decode(ByteBuffer in, long nowNanos) {
    var read = new Publisher[Varints.getSize(in, MAX_PUBLISHERS)];
    for (int i = 0; i < read.length; i++) {
      var id = new ProducerId(in.getLong(), in.getLong());
      int strength = Varints.getSize(in, Integer.MAX_VALUE);
      Duration lease = Duration.ofMillis(Varints.getSize(in, Integer.MAX_VALUE));
      read[i] = new Publisher(id, strength, lease, nowNanos);
      byId.put(id, read[i]);
    }
    return read;
  }
}

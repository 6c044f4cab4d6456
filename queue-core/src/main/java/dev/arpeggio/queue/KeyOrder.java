package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives each key to one consumer at a time, in order.
 *
 * <p>It looks ahead of what can be delivered: messages whose consumer cannot take more, or whose
 * key is blocked, are kept here while others pass by, up to a bound for each priority. The consumer
 * of a key is chosen by rendezvous hashing among those that are attached, so that it stays the same
 * while that one lives, unless a new one wins it; and in any case, it is whoever still holds
 * messages of the key. Nothing of a key is delivered before a message that came back, unless it has
 * a higher priority.
 *
 * <p>Invariants: messages of a key are with at most one consumer; a key is in {@link #keys} exactly
 * as long as it has messages here, with a consumer, or on their way back.
 */
final class KeyOrder implements Dispatch, Backlog.Kept {
  private static final int LOOK_AHEAD = 1_024;
  private static final int LEAST_LOOK_AHEAD = 64;
  private static final int LOOK_AHEAD_OF_ALL = 16_384;
  private static final int MAX_BACK = 65_536;
  private static final int CHUNK = 256;

  private static final Comparator<Message> IN_ORDER =
      Comparator.<Message>comparingInt(message -> -message.lane().priority())
          .thenComparingLong(Message::offset);

  private final MessageScanner scanner = new MessageScanner(TopicConfig.MAX_PRIORITY);
  private final TreeMap<Long, Message> kept = new TreeMap<>();
  private final TreeMap<Integer, Integer> keptOfPriority = new TreeMap<>();
  private final TreeSet<Message> keyless = new TreeSet<>(IN_ORDER);
  // Messages with a key: with a consumer, and on their way back from one.
  private final TreeMap<Long, Message> out = new TreeMap<>();
  private final TreeMap<Long, Message> back = new TreeMap<>();
  private final Map<Long, Key> keys = new LinkedHashMap<>();
  private List<Share> shares = List.of();

  /** A message that is kept here. */
  private record Message(long offset, int redeliveries, Lane lane, @Nullable Key key) {
    Key keyed() {
      var present = key;
      if (present == null) {
        throw new IllegalStateException("message " + offset + " has no key");
      }
      return present;
    }
  }

  /** A consumer, and the keys of which it can have a message, by that message. */
  private record Share(AttachedConsumer consumer, TreeMap<Message, Key> runnable) {}

  /** What is going on with a key. Identity matters. */
  private static final class Key {
    private final long hash;
    private final TreeSet<Message> kept = new TreeSet<>(IN_ORDER);
    private final TreeSet<Message> back = new TreeSet<>(IN_ORDER);
    private @Nullable AttachedConsumer holder;
    private int out;
    private @Nullable Share share;
    private @Nullable Message head;

    Key(long hash) {
      this.hash = hash;
    }

    boolean isIdle() {
      return kept.isEmpty() && back.isEmpty() && out == 0;
    }
  }

  // ---- What happens to messages.

  @Override
  public void cameBack(long first, long end) {
    for (var hit = out.ceilingEntry(first);
        hit != null && hit.getKey() < end;
        hit = out.higherEntry(hit.getKey())) {
      Message message = hit.getValue();
      Key key = takeIn(message);
      key.back.add(message);
      back.put(message.offset(), message);
      settle(key);
    }
  }

  @Override
  public void gone(long first, long end) {
    for (var hit = out.ceilingEntry(first);
        hit != null && hit.getKey() < end;
        hit = out.higherEntry(hit.getKey())) {
      settle(takeIn(hit.getValue()));
    }
    for (var hit = back.ceilingEntry(first);
        hit != null && hit.getKey() < end;
        hit = back.higherEntry(hit.getKey())) {
      settle(isBack(hit.getValue()));
    }
    takeOut(first, end);
  }

  @Override
  public List<OffsetRange> takeOut(long first, long end) {
    var taken = new ArrayList<OffsetRange>();
    for (var hit = kept.ceilingEntry(first);
        hit != null && hit.getKey() < end;
        hit = kept.higherEntry(hit.getKey())) {
      Message message = hit.getValue();
      drop(message);
      if (message.key() != null) {
        settle(message.key());
      }
      taken.add(new OffsetRange(message.offset(), 1));
    }
    return taken;
  }

  @Override
  public List<Redeliveries.Redelivery> counts() {
    return kept.values().stream()
        .filter(message -> message.redeliveries() > 0)
        .map(
            message ->
                new Redeliveries.Redelivery(
                    message.offset(), message.offset() + 1, message.redeliveries()))
        .toList();
  }

  @Override
  public @Nullable Long position() {
    return kept.isEmpty() ? null : kept.firstKey();
  }

  // No consumer has it any more.
  private Key takeIn(Message message) {
    Key key = message.keyed();
    out.remove(message.offset());
    key.out--;
    if (key.out == 0) {
      key.holder = null;
    }
    return key;
  }

  // It is not on its way any more.
  private Key isBack(Message message) {
    Key key = message.keyed();
    back.remove(message.offset());
    key.back.remove(message);
    return key;
  }

  private void drop(Message message) {
    kept.remove(message.offset());
    keptOfPriority.merge(message.lane().priority(), -1, Integer::sum);
    if (message.key() == null) {
      keyless.remove(message);
    } else {
      message.key().kept.remove(message);
    }
  }

  // ---- Keys and consumers.

  @Override
  public void consumersChanged(List<AttachedConsumer> consumers) {
    shares =
        consumers.stream().map(c -> new Share(c, new TreeMap<Message, Key>(IN_ORDER))).toList();
    for (Key key : keys.values()) {
      key.share = null;
      key.head = null;
      settle(key, false);
    }
  }

  private void settle(Key key) {
    settle(key, true);
    if (key.isIdle()) {
      keys.remove(key.hash);
    }
  }

  // Lists the key with the consumer that may have its next message.
  private void settle(Key key, boolean listed) {
    if (listed && key.share != null && key.head != null) {
      key.share.runnable().remove(key.head);
    }
    Message head = next(key);
    Share share = head == null ? null : shareOf(key);
    key.head = head;
    key.share = share;
    if (head != null && share != null) {
      share.runnable().put(head, key);
    }
  }

  // Nothing passes by what came back, and has to wait or was not looked at yet.
  private static @Nullable Message next(Key key) {
    if (key.kept.isEmpty()) {
      return null;
    }
    Message first = key.kept.first();
    return key.back.isEmpty() || IN_ORDER.compare(first, key.back.first()) <= 0 ? first : null;
  }

  private @Nullable Share shareOf(Key key) {
    Share best = null;
    long highest = 0;
    for (Share share : shares) {
      if (key.out > 0) {
        if (share.consumer() == key.holder) {
          return share;
        }
        continue;
      }
      long weight = weight(key.hash, share.consumer().id());
      if (best == null || weight > highest) {
        best = share;
        highest = weight;
      }
    }
    return best;
  }

  private static long weight(long keyHash, ConsumerId consumer) {
    return mix(keyHash ^ mix(consumer.high() + mix(consumer.low())));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }

  // ---- Delivering.

  @Override
  public void serve(List<AttachedConsumer> consumers, Source source) {
    while (shares.stream().anyMatch(share -> share.consumer().canTake())) {
      lookAhead(source);
      Share share = leastLoaded();
      Message first = share == null ? null : firstFor(share);
      if (share == null || first == null) {
        return;
      }
      var messages =
          new Lanes.Found(
              first.lane(), first.offset(), first.offset() + CHUNK, first.redeliveries());
      Chunk chunk = source.kept(messages, share.consumer().credit());
      if (chunk == null) {
        return;
      }
      int count = handOver(share, first, chunk.count());
      source.deliver(share.consumer(), chunk.shortenedTo(count));
    }
  }

  private @Nullable Share leastLoaded() {
    Share least = null;
    for (Share share : shares) {
      if (share.consumer().canTake()
          && firstFor(share) != null
          && (least == null || share.consumer().isLessLoadedThan(least.consumer()))) {
        least = share;
      }
    }
    return least;
  }

  private @Nullable Message firstFor(Share share) {
    Message first = share.runnable().isEmpty() ? null : share.runnable().firstKey();
    if (keyless.isEmpty()) {
      return first;
    }
    Message other = keyless.first();
    return first == null || IN_ORDER.compare(other, first) < 0 ? other : first;
  }

  // The first message, and those that follow it without a gap as far as the consumer may have them.
  private int handOver(Share share, Message first, int most) {
    int count = 0;
    Message message = first;
    while (true) {
      drop(message);
      Key key = message.key();
      if (key != null) {
        isBack(message);
        key.holder = share.consumer();
        key.out++;
        out.put(message.offset(), message);
        settle(key);
      }
      count++;
      Message next = kept.get(first.offset() + count);
      if (count >= most || next == null || !mayFollow(share, first, next)) {
        return count;
      }
      message = next;
    }
  }

  private static boolean mayFollow(Share share, Message first, Message next) {
    Key key = next.key();
    return next.lane() == first.lane()
        && next.redeliveries() == first.redeliveries()
        && (key == null || (isWith(key, share) && next.equals(key.head)));
  }

  private static boolean isWith(Key key, Share share) {
    return key.share != null && key.share.consumer() == share.consumer();
  }

  private void lookAhead(Source source) {
    while (true) {
      int bound =
          Math.max(
              LEAST_LOOK_AHEAD,
              Math.min(LOOK_AHEAD, LOOK_AHEAD_OF_ALL / Math.max(1, keptOfPriority.size())));
      Chunk chunk =
          source.next(
              CHUNK,
              priority ->
                  back.size() < MAX_BACK && keptOfPriority.getOrDefault(priority, 0) < bound);
      if (chunk == null) {
        return;
      }
      source.keep(chunk);
      keep(chunk);
    }
  }

  private void keep(Chunk chunk) {
    ByteBuffer content = chunk.body().content();
    int position = chunk.position();
    for (int i = 0; i < chunk.count(); i++) {
      chunk.body().scan(position + i, content, scanner);
      Key key = scanner.hasKey() ? key(scanner.keyHash(content)) : null;
      var message = new Message(chunk.first() + i, chunk.redeliveries(), chunk.lane(), key);
      kept.put(message.offset(), message);
      keptOfPriority.merge(chunk.lane().priority(), 1, Integer::sum);
      if (key == null) {
        keyless.add(message);
      } else {
        key.kept.add(message);
        settle(key);
      }
    }
  }

  private Key key(long hash) {
    return keys.computeIfAbsent(hash, Key::new);
  }
}

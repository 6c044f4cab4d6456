package dev.arpeggio.queue;

import dev.arpeggio.queue.Messages.TestMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription must do, in the plainest way: a list of messages, searched from its start
 * each time. Hears of everything that is done to a partition and of everything that it delivers,
 * and throws an {@link AssertionError} at the first thing that is wrong.
 */
final class OrderReference {
  private final SubscriptionKind kind;
  private final long leaseNanos;
  private final List<Message> messages = new ArrayList<>();
  // In the order in which they attached.
  private final Map<Long, Consumer> consumers = new LinkedHashMap<>();

  private static final class Message {
    private final TestMessage content;
    private final long dueMillis;
    private final long expiryMillis;
    private boolean acknowledged;
    private long holder = -1;
    private long leasedUntilNanos;
    private int deliveries;
    private boolean countKnown = true;

    Message(TestMessage content, long committedMillis) {
      this.content = content;
      this.dueMillis = committedMillis + content.delay().toMillis();
      this.expiryMillis =
          content.timeToLive().isZero()
              ? Long.MAX_VALUE
              : committedMillis + content.timeToLive().toMillis();
    }

    boolean isLeased(long nowNanos) {
      return holder >= 0 && leasedUntilNanos > nowNanos;
    }

    boolean isDeliverable(long nowNanos, long nowMillis) {
      return !acknowledged
          && !isLeased(nowNanos)
          && dueMillis <= nowMillis
          && expiryMillis > nowMillis;
    }
  }

  private static final class Consumer {
    private long credit;
    private boolean attached = true;
  }

  OrderReference(SubscriptionKind kind, long leaseNanos) {
    this.kind = kind;
    this.leaseNanos = leaseNanos;
  }

  void stored(TestMessage message, long committedMillis) {
    messages.add(new Message(message, committedMillis));
  }

  void attached(long consumer) {
    consumers.put(consumer, new Consumer());
  }

  void credit(long consumer, int credit) {
    known(consumer).credit += credit;
  }

  /** The consumer goes, and what it holds comes back. */
  void closed(long consumer) {
    consumers.remove(consumer);
    for (Message message : messages) {
      if (message.holder == consumer) {
        message.holder = -1;
      }
    }
  }

  /** The consumer goes, and keeps what it holds. */
  void detached(long consumer) {
    known(consumer).attached = false;
  }

  void acknowledged(long offset) {
    message(offset).acknowledged = true;
  }

  void released(long offset, long consumer, long nowNanos) {
    if (message(offset).holder == consumer && message(offset).isLeased(nowNanos)) {
      message(offset).holder = -1;
      // Nobody has looked at it.
      message(offset).deliveries--;
    }
  }

  void takenOver() {
    consumers.clear();
    for (Message message : messages) {
      message.holder = -1;
      // Deliveries that were with a consumer are not counted.
      message.countKnown &= message.deliveries == 0;
    }
  }

  /** A message was delivered. */
  void delivered(long offset, long consumer, int redeliveries, long nowNanos, long nowMillis) {
    Message message = message(offset);
    Consumer taker = known(consumer);
    check(taker.attached, offset, "delivered to a consumer that is gone");
    check(!message.acknowledged, offset, "delivered though acknowledged");
    check(!message.isLeased(nowNanos), offset, "delivered while leased");
    check(message.dueMillis <= nowMillis, offset, "delivered before it is due");
    check(message.expiryMillis > nowMillis, offset, "delivered though it has expired");
    check(--taker.credit >= 0, offset, "delivered without credit");
    if (message.countKnown) {
      check(redeliveries == message.deliveries, offset, "delivered with a wrong count");
    }
    if (kind == SubscriptionKind.KEY_SHARED) {
      checkKey(message, offset, consumer, nowNanos, nowMillis);
    } else {
      checkFirst(message, offset, nowNanos, nowMillis);
    }
    if (kind == SubscriptionKind.EXCLUSIVE || kind == SubscriptionKind.FAILOVER) {
      Long first =
          consumers.keySet().stream().filter(c -> known(c).attached).findFirst().orElseThrow();
      check(first == consumer, offset, "delivered to a consumer that has to wait");
    }
    message.holder = consumer;
    message.leasedUntilNanos = nowNanos + leaseNanos;
    message.deliveries++;
  }

  private void checkFirst(Message message, long offset, long nowNanos, long nowMillis) {
    for (int other = 0; other < messages.size(); other++) {
      Message candidate = messages.get(other);
      boolean before =
          candidate.content.priority() > message.content.priority()
              || (candidate.content.priority() == message.content.priority() && other < offset);
      check(
          !before || !candidate.isDeliverable(nowNanos, nowMillis),
          offset,
          "delivered before " + other);
    }
  }

  private void checkKey(
      Message message, long offset, long consumer, long nowNanos, long nowMillis) {
    String key = message.content.key();
    if (key.isEmpty()) {
      return;
    }
    for (int other = 0; other < messages.size(); other++) {
      Message candidate = messages.get(other);
      if (!candidate.content.key().equals(key)) {
        continue;
      }
      check(
          candidate.acknowledged || !candidate.isLeased(nowNanos) || candidate.holder == consumer,
          offset,
          "delivered while another consumer has " + other + " of its key");
      check(
          other >= offset
              || candidate.content.priority() != message.content.priority()
              || !candidate.isDeliverable(nowNanos, nowMillis),
          offset,
          "delivered before " + other + " of its key");
    }
  }

  /** Nothing more happens at this time unless somebody does something. */
  void atRest(long nowNanos, long nowMillis, long backlog) {
    long least = 0;
    long most = 0;
    for (Message message : messages) {
      boolean open = !message.acknowledged;
      // What expires within the millisecond may be there or not.
      boolean leased = message.isLeased(nowNanos);
      if (open && (leased || message.expiryMillis > nowMillis)) {
        least++;
      }
      if (open && (leased || message.expiryMillis > nowMillis - 2)) {
        most++;
      }
    }
    check(backlog >= least && backlog <= most, -1, least + " to " + most + " left, not " + backlog);
    if (kind != SubscriptionKind.KEY_SHARED && canSomebodyTake()) {
      // A timer of milliseconds is late by less than one of them.
      Integer left = firstDeliverable(nowNanos, nowMillis);
      check(
          left == null || messages.get(left).dueMillis > nowMillis - 2,
          -1,
          left + " is not delivered");
    }
  }

  /** Everything is acknowledged, or has expired. */
  void atTheEnd(long nowMillis) {
    for (int offset = 0; offset < messages.size(); offset++) {
      Message message = messages.get(offset);
      check(message.acknowledged || message.expiryMillis <= nowMillis, offset, "lost");
    }
  }

  private boolean canSomebodyTake() {
    for (Consumer consumer : consumers.values()) {
      if (consumer.attached) {
        if (consumer.credit > 0) {
          return true;
        }
        if (kind != SubscriptionKind.SHARED) {
          return false;
        }
      }
    }
    return false;
  }

  private @Nullable Integer firstDeliverable(long nowNanos, long nowMillis) {
    for (int offset = 0; offset < messages.size(); offset++) {
      if (messages.get(offset).isDeliverable(nowNanos, nowMillis)) {
        return offset;
      }
    }
    return null;
  }

  private Message message(long offset) {
    return messages.get((int) offset);
  }

  private Consumer known(long consumer) {
    Consumer known = consumers.get(consumer);
    if (known == null) {
      throw new AssertionError("consumer " + consumer + " is gone");
    }
    return known;
  }

  private static void check(boolean holds, long offset, String problem) {
    if (!holds) {
      throw new AssertionError(offset < 0 ? problem : "message " + offset + ": " + problem);
    }
  }
}

package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.PeekedMessage.State;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A message that a subscription has not acknowledged: where it is, and how often it came back.
 * Guarded by the broker's monitor.
 */
final class HeldMessage {
  /** Higher priorities first, then older messages. */
  static final Comparator<HeldMessage> IN_ORDER =
      Comparator.<HeldMessage>comparingInt(held -> -held.message.message().getPriority())
          .thenComparingLong(HeldMessage::offset);

  private final StoredMessage message;
  private int failures;
  private boolean cameBack;
  private long waitsUntilMillis;
  private @Nullable AttachedConsumer holder;
  private long leasedUntilMillis;

  HeldMessage(StoredMessage message) {
    this.message = message;
  }

  StoredMessage message() {
    return message;
  }

  long offset() {
    return message.offset();
  }

  ByteString key() {
    return message.key();
  }

  /** How many deliveries came to nothing. */
  int failures() {
    return failures;
  }

  @Nullable AttachedConsumer holder() {
    return holder;
  }

  boolean isDeliverable(long now) {
    return holder == null && waitsUntilMillis <= now && message.dueMillis() <= now;
  }

  /** Whether it was delivered before, and is to be again, but not now. */
  boolean isOnItsWayBack(long now) {
    return cameBack && holder == null && waitsUntilMillis > now;
  }

  boolean hasExpired(long now) {
    return holder == null && message.expiresMillis() <= now;
  }

  boolean isLeaseOver(long now) {
    return holder != null && leasedUntilMillis <= now;
  }

  void lease(AttachedConsumer consumer, long untilMillis) {
    holder = consumer;
    leasedUntilMillis = untilMillis;
    consumer.holdsMore(1);
  }

  void extend(long untilMillis) {
    leasedUntilMillis = Math.max(leasedUntilMillis, untilMillis);
  }

  /** It is with nobody any more. */
  void takeBack() {
    if (holder != null) {
      holder.holdsMore(-1);
      holder = null;
      cameBack = true;
    }
  }

  void failed() {
    failures++;
  }

  void waitUntil(long millis) {
    waitsUntilMillis = millis;
  }

  State state(long now) {
    if (holder != null) {
      return State.LEASED;
    }
    return waitsUntilMillis > now ? State.WAITING : State.READY;
  }
}

package dev.arpeggio.queue;

/** To whom a subscription's messages go when it has several consumers. */
public enum SubscriptionKind {
  /** To whichever consumer is loaded least. */
  SHARED(1),
  /** There is one consumer; a second one is refused. */
  EXCLUSIVE(2),
  /**
   * To one consumer, which holds this partition among all of the topic; when it goes, or a new one
   * is to hold it, to the next one.
   */
  FAILOVER(3),
  /**
   * Those of a key to one consumer at a time, in order, also when they are delivered again; those
   * without a key to anyone.
   */
  KEY_SHARED(4);

  private final int code;

  SubscriptionKind(int code) {
    this.code = code;
  }

  /** How it is stored. */
  byte code() {
    return (byte) code;
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  static SubscriptionKind ofCode(byte code) {
    for (SubscriptionKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of subscription: " + code);
  }
}

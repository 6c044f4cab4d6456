package dev.arpeggio.chord;

/** Why a lookup ended without an owner. */
public final class LookupException extends Exception {
  /** The kinds of failure. */
  public enum Reason {
    /** The node has not joined a ring yet. Worth a retry. */
    NOT_JOINED(true),
    /** The node has left or was stopped. */
    STOPPED(false),
    /**
     * Every known contact on the way was tried and none led on. Worth a retry once the ring has
     * repaired itself.
     */
    NO_ROUTE(true),
    /** The bound on hops was reached. Worth a retry once the ring has repaired itself. */
    TOO_MANY_HOPS(true),
    /** The node has as many lookups under way as it admits. Worth a retry. */
    OVERLOADED(true);

    private final boolean retryable;

    Reason(boolean retryable) {
      this.retryable = retryable;
    }
  }

  private final transient RingId key;
  private final Reason reason;

  LookupException(RingId key, Reason reason, String detail) {
    super("lookup of " + key + ": " + reason + ": " + detail);
    this.key = key;
    this.reason = reason;
  }

  public RingId key() {
    return key;
  }

  public Reason reason() {
    return reason;
  }

  /** Whether the same lookup may succeed later. */
  public boolean isRetryable() {
    return reason.retryable;
  }
}

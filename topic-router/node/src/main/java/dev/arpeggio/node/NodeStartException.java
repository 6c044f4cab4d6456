package dev.arpeggio.node;

import org.jspecify.annotations.Nullable;

/**
 * A node could not start. The message is one line that says what is wrong and what to do; nothing
 * is left running.
 */
public final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What stood in the way. */
  public enum Kind {
    /** An address, a name or a combination of settings makes no sense. */
    INVALID,
    PORT_IN_USE,
    ZOOKEEPER_UNREACHABLE,
    SEED_UNREACHABLE,
    /** ZooKeeper answers, and what it holds is not for this version. */
    STORE_REFUSED
  }

  private final Kind kind;

  public NodeStartException(Kind kind, String message) {
    this(kind, message, null);
  }

  public NodeStartException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}

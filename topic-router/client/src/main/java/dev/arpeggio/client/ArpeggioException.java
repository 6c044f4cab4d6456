package dev.arpeggio.client;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An operating error: what went wrong, whether to try again, and the data that belongs to the
 * reason. Immutable.
 */
public final class ArpeggioException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final TreeMap<String, String> details;

  public ArpeggioException(Reason reason, String message) {
    this(reason, message, Map.of(), null);
  }

  public ArpeggioException(
      Reason reason, String message, Map<String, String> details, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.details = new TreeMap<>(details);
  }

  public Reason reason() {
    return reason;
  }

  /**
   * Whether the same call may succeed later. After {@link Reason#OUTCOME_UNKNOWN} a repeat by the
   * application is a new message: the first may have been stored too.
   */
  public boolean isRetryable() {
    return reason.isRetryable();
  }

  /** The data that {@link Reason} lists for this reason. Unmodifiable. */
  public Map<String, String> details() {
    return Map.copyOf(details);
  }
}

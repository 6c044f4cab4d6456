package dev.arpeggio.node.cli.io;

import java.io.IOException;
import java.util.Locale;

/**
 * Standard output takes nothing more: its reader has gone, as {@code head} does when it has enough,
 * or its disk is full.
 */
public final class OutputClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  public OutputClosedException(IOException cause) {
    super(cause);
    problem = Failure.oneLine(cause.getMessage());
  }

  /** Whether the reader has gone, which is no error, rather than failed. */
  public boolean readerHasGone() {
    return problem.toLowerCase(Locale.ROOT).contains("broken pipe");
  }

  /** What the operating system says, on one line. */
  public String problem() {
    return problem;
  }
}

package dev.arpeggio.node.cli.io;

import java.io.IOException;

/**
 * Standard output takes nothing more: its reader has gone, as {@code head} does when it has enough,
 * or its disk is full.
 */
public final class OutputClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutputClosedException(IOException cause) {
    super(cause);
  }

  /** Whether the reader has gone, which is no error, rather than failed. */
  public boolean readerHasGone() {
    String message = getCause().getMessage();
    return message != null && message.contains("Broken pipe");
  }

  @Override
  public synchronized IOException getCause() {
    return (IOException) super.getCause();
  }
}

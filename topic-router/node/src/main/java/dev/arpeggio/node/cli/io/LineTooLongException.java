package dev.arpeggio.node.cli.io;

/** A line is longer than its reader takes. */
public final class LineTooLongException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long line;
  private final int limitBytes;

  LineTooLongException(long line, int limitBytes) {
    super("line " + line + " is longer than " + limitBytes + " bytes");
    this.line = line;
    this.limitBytes = limitBytes;
  }

  /** Its number, counted from 1. */
  public long line() {
    return line;
  }

  public int limitBytes() {
    return limitBytes;
  }
}

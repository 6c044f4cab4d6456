package dev.arpeggio.node.security;

/** A file cannot be used. The message says why, and repeats nothing of what the file holds. */
public final class BadFileException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadFileException(String message) {
    super(message);
  }

  static BadFileException atLine(int number, String problem) {
    return new BadFileException("line " + number + " " + problem);
  }
}

package dev.arpeggio.node.cli.io;

import org.jspecify.annotations.Nullable;

/**
 * Ends a command with one line for the user and an exit code. The line says what is wrong and what
 * to do about it; the cause is for {@code --verbose} alone.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /** What is wrong, and what to do about it. */
  public Failure(ExitCode exitCode, @Nullable String problem, String remedy) {
    this(exitCode, problem, remedy, null);
  }

  /** What is wrong, what to do about it, and where it comes from. */
  public Failure(
      ExitCode exitCode, @Nullable String problem, String remedy, @Nullable Throwable cause) {
    this(exitCode, oneLine(problem) + "; " + remedy, cause);
  }

  private Failure(ExitCode exitCode, @Nullable String line, @Nullable Throwable cause) {
    super(oneLine(line), cause);
    this.exitCode = exitCode;
  }

  /** The command line, or what it names, is wrong. */
  public static Failure usage(@Nullable String problem, String remedy) {
    return new Failure(ExitCode.USAGE, problem, remedy);
  }

  /** A line that says both already. */
  public static Failure complete(ExitCode exitCode, @Nullable String line, Throwable cause) {
    return new Failure(exitCode, line, cause);
  }

  /** The same failure, with words in front that say what it prevented. */
  public Failure withContext(String context) {
    return new Failure(exitCode, context + ": " + getMessage(), getCause());
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** The text without line breaks: what comes from a library may have some. */
  public static String oneLine(@Nullable String text) {
    return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}

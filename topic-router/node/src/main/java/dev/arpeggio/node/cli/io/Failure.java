package dev.arpeggio.node.cli.io;

import org.jspecify.annotations.Nullable;

/**
 * Ends a command with one line for the user and an exit code. The line says what is wrong and what
 * to do about it; the cause is for {@code --verbose} alone.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String problem;
  private final String remedy;

  public Failure(ExitCode exitCode, @Nullable String problem, String remedy) {
    this(exitCode, problem, remedy, null);
  }

  public Failure(
      ExitCode exitCode, @Nullable String problem, String remedy, @Nullable Throwable cause) {
    super(oneLine(problem) + "; " + oneLine(remedy), cause);
    this.exitCode = exitCode;
    this.problem = oneLine(problem);
    this.remedy = remedy;
  }

  /** The command line, or what it names, is wrong. */
  public static Failure usage(@Nullable String problem, String remedy) {
    return new Failure(ExitCode.USAGE, problem, remedy);
  }

  /** The same failure, with words in front that say what it prevented. */
  public Failure withContext(String context) {
    return new Failure(exitCode, context + ": " + problem, remedy, getCause());
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** The text without line breaks: what comes from a library may have some. */
  public static String oneLine(@Nullable String text) {
    return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}

package dev.arpeggio.node.cli;

import java.io.PrintStream;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Where log records go: those of a daemon to standard error, one line each; those of a client
 * command nowhere, since it tells what matters itself. All logging libraries in the process end in
 * {@code java.util.logging}.
 */
final class Logging {
  private Logging() {}

  /** Arpeggio's own records from INFO, those of libraries from WARNING, ZooKeeper's from SEVERE. */
  static void ofDaemon(PrintStream err) {
    configure(
        err, entry -> entry.getLevel().intValue() >= threshold(entry.getLoggerName()).intValue());
  }

  private static Level threshold(@Nullable String logger) {
    if (logger == null) {
      return Level.WARNING;
    }
    // ZooKeeper warns with a stack trace of every attempt to connect; the node says itself that it
    // has no connection, once.
    return logger.startsWith("org.apache.zookeeper")
        ? Level.SEVERE
        : logger.startsWith("dev.arpeggio") ? Level.INFO : Level.WARNING;
  }

  static void ofClient(PrintStream err, boolean verbose) {
    configure(err, entry -> verbose && entry.getLevel().intValue() >= Level.WARNING.intValue());
  }

  private static void configure(PrintStream err, Predicate<LogRecord> wanted) {
    LogManager.getLogManager().reset();
    // The root logger is the only one that the log manager holds for good, so the choice is made
    // in its handler and not by the levels of others.
    Logger root = Logger.getLogger("");
    root.setLevel(Level.INFO);
    root.addHandler(new StreamHandler(err, wanted));
  }

  private static final class StreamHandler extends Handler {
    private final PrintStream err;
    private final Predicate<LogRecord> wanted;

    private StreamHandler(PrintStream err, Predicate<LogRecord> wanted) {
      this.err = err;
      this.wanted = wanted;
      setFormatter(new LineFormatter());
    }

    @Override
    public void publish(LogRecord entry) {
      if (wanted.test(entry)) {
        err.println(getFormatter().format(entry));
      }
    }

    @Override
    public void flush() {
      err.flush();
    }

    @Override
    public void close() {}
  }

  private static final class LineFormatter extends SimpleFormatter {
    @Override
    public synchronized String format(LogRecord entry) {
      String name = String.valueOf(entry.getLoggerName());
      String line =
          "%s %-7s %s: %s"
              .formatted(
                  entry.getInstant(),
                  entry.getLevel(),
                  name.substring(name.lastIndexOf('.') + 1),
                  formatMessage(entry));
      Throwable thrown = entry.getThrown();
      if (thrown == null) {
        return line;
      }
      StringBuilder out = new StringBuilder(line);
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        out.append(System.lineSeparator()).append("  caused by ").append(cause);
        StackTraceElement[] trace = cause.getStackTrace();
        for (StackTraceElement element : trace) {
          out.append(System.lineSeparator()).append("    at ").append(element);
        }
      }
      return out.toString();
    }
  }
}

package dev.arpeggio.node.cli.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.node.cli.io.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/**
 * The log of HdrHistogram that a user has asked for, or none. Values are nanoseconds, those of the
 * columns milliseconds. Not thread-safe.
 */
final class HistogramFile implements AutoCloseable {
  private static final String COMMENT = "Latencies in nanoseconds; the maximum in milliseconds.";

  private final @Nullable PrintStream stream;
  private final @Nullable HistogramLogWriter writer;

  private HistogramFile(@Nullable PrintStream stream) {
    this.stream = stream;
    this.writer = stream == null ? null : new HistogramLogWriter(stream);
    if (writer != null) {
      long now = System.currentTimeMillis();
      writer.outputComment("[" + COMMENT + "]");
      writer.outputLogFormatVersion();
      writer.outputStartTime(now);
      writer.setBaseTime(now);
      writer.outputLegend();
    }
  }

  /**
   * Opens the file, so that it is known at once if it cannot be written.
   *
   * @throws Failure in that case
   */
  static HistogramFile open(Optional<String> name) {
    if (name.isEmpty()) {
      return new HistogramFile(null);
    }
    try {
      OutputStream file = Files.newOutputStream(Path.of(name.get()));
      return new HistogramFile(new PrintStream(new BufferedOutputStream(file), false, UTF_8));
    } catch (IOException | InvalidPathException e) {
      throw Failure.usage(
          "cannot write " + name.get() + ": " + e.getMessage(),
          "name a file that can be written with --histograms");
    }
  }

  /** Adds the latencies of one measure of one round. */
  void write(String tag, Latency latency) {
    if (writer != null) {
      writer.outputIntervalHistogram(latency.ended(tag));
    }
  }

  @Override
  public void close() throws IOException {
    if (stream != null) {
      stream.close();
      if (stream.checkError()) {
        throw new IOException("the file of --histograms could not be written");
      }
    }
  }
}

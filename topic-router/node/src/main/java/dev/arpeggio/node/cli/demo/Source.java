package dev.arpeggio.node.cli.demo;

import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.InputFiles;
import dev.arpeggio.node.cli.io.LineReader;
import dev.arpeggio.node.cli.io.LineTooLongException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that has been read once and found fit to publish.
 *
 * @param lines at least 1
 */
record Source(Path file, int lines) {
  /** What a message may have, less what the demo adds to a line. */
  static final int MAX_LINE_BYTES = 262_144 - 64;

  static final int MAX_LINES = 100_000_000;

  /**
   * Reads the file through.
   *
   * @throws Failure if it cannot be read, has no lines, too many, or one that is too long
   */
  static Source examine(String name) {
    int lines = 0;
    try (InputStream in = InputFiles.open(name)) {
      if (!Files.isRegularFile(Path.of(name))) {
        throw Failure.usage(
            name + " is not a regular file, and the demo reads it twice", "name one that is");
      }
      LineReader reader = new LineReader(in, MAX_LINE_BYTES);
      while (reader.next() != null) {
        lines++;
        if (lines > MAX_LINES) {
          throw Failure.usage(
              name + " has more than " + Figures.count(MAX_LINES, "line"), "name a shorter file");
        }
      }
    } catch (LineTooLongException e) {
      throw Failure.usage(
          "line %s of %s is longer than %s bytes"
              .formatted(Figures.count(e.line()), name, Figures.count(e.limitBytes())),
          "name a file of shorter lines");
    } catch (IOException e) {
      throw Failure.usage("cannot read " + name + ": " + e.getMessage(), "name another file");
    }
    if (lines == 0) {
      throw Failure.usage(name + " is empty", "name a file with at least one line");
    }
    return new Source(Path.of(name), lines);
  }
}

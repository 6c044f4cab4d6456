package dev.arpeggio.node.cli.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Files that a command line names. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Opens a file to read.
   *
   * @throws Failure if there is no such file, or it cannot be read
   */
  public static InputStream open(String name) {
    try {
      Path path = Path.of(name);
      if (Files.notExists(path)) {
        throw Failure.usage("there is no file " + name, "name a file that exists");
      }
      if (Files.isDirectory(path)) {
        throw Failure.usage(name + " is a directory", "name a file");
      }
      return Files.newInputStream(path);
    } catch (IOException | InvalidPathException e) {
      throw Failure.usage(
          "cannot read " + name + ": " + e.getMessage(), "name a file that can be read");
    }
  }
}

package dev.arpeggio.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The port of an embedded ZooKeeper that was given none: any free one the first time, and the same
 * ever after, because the other nodes of the cluster know it by then. Kept in a file beside the
 * server's data.
 */
final class RememberedPort {

  private static final String FILE = "zookeeper.port";

  private final Path file;

  RememberedPort(Path directory) {
    this.file = directory.resolve(FILE);
  }

  /** 0 if there is none yet, or none that makes sense. */
  int get() throws IOException {
    if (!Files.isRegularFile(file)) {
      return 0;
    }
    String content = Files.readString(file).strip();
    return content.matches("[1-9][0-9]{0,4}") && Integer.parseInt(content) <= 65_535
        ? Integer.parseInt(content)
        : 0;
  }

  void set(int port) throws IOException {
    Files.writeString(file, port + System.lineSeparator());
  }
}

package dev.arpeggio.chord.transport.grpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The three files of one node, in a directory of their own. */
final class TlsFiles {
  private final Path directory;

  TlsFiles(Path parent) throws IOException {
    directory = Files.createTempDirectory(parent, "node");
  }

  /** Writes who the node is and whom it trusts. */
  TlsFiles write(Identity self, Identity... trusted) throws IOException {
    Files.writeString(chain(), self.certificate());
    Files.writeString(key(), self.key());
    Files.writeString(
        authorities(),
        Arrays.stream(trusted).map(Identity::certificate).collect(Collectors.joining()));
    return this;
  }

  Path chain() {
    return directory.resolve("chain.pem");
  }

  Path key() {
    return directory.resolve("key.pem");
  }

  Path authorities() {
    return directory.resolve("authorities.pem");
  }
}

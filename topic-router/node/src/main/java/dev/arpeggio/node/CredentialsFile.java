package dev.arpeggio.node;

import dev.arpeggio.node.NodeStartException.Kind;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.zookeeper.ZooKeeperAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;

/** The file that says as whom a node comes to ZooKeeper: one line, which nobody else may read. */
final class CredentialsFile {
  private CredentialsFile() {}

  static ZooKeeperAccess read(Path file) throws NodeStartException {
    try {
      PosixFileAttributeView attributes =
          Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (attributes != null
          && attributes.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
        throw refused(file, "may be read by everybody; take that right away (chmod o-r)");
      }
      return ZooKeeperAccess.parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw refused(file, "cannot be read (" + e + "); name a file that can");
    } catch (QueueException e) {
      throw refused(
          file,
          "holds neither digest:USER:PASSWORD nor sasl; write one of them into its only line");
    }
  }

  // Without a cause: no line of the file may get into a log.
  private static NodeStartException refused(Path file, String problem) {
    return new NodeStartException(Kind.INVALID, "--zookeeper-auth-file " + file + " " + problem);
  }
}

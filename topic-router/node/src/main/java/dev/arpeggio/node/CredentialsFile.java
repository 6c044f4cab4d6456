package dev.arpeggio.node;

import dev.arpeggio.node.NodeStartException.Kind;
import dev.arpeggio.node.security.BadFileException;
import dev.arpeggio.node.security.SecretFile;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.zookeeper.ZooKeeperAccess;
import java.nio.file.Path;

/** The file that says as whom a node comes to ZooKeeper: one line, which nobody else may read. */
final class CredentialsFile {
  private CredentialsFile() {}

  static ZooKeeperAccess read(Path file) throws NodeStartException {
    try {
      return ZooKeeperAccess.parse(SecretFile.read(file));
    } catch (BadFileException e) {
      throw refused(file, String.valueOf(e.getMessage()));
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

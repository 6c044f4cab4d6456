package dev.arpeggio.queue.zookeeper;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server inside the process tells when it ends, and whether that was meant. */
class EmbeddedZooKeeperTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir private Path directory;

  @Test
  void aServerThatCannotWriteItsLogEndsAndSaysSo() throws Exception {
    try (var server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0)) {
      assertFalse(server.failure().isDone());
      // Where the log of the first transaction would be.
      deleteAll(directory.resolve("version-2"));
      // A new session is a transaction.
      assertThrows(
          QueueException.class,
          () -> ZooKeeperSession.connect(server.connectString(), TIMEOUT, TIMEOUT));
      String why = server.failure().get(60, TimeUnit.SECONDS);
      assertTrue(why.contains(directory.toString()), why);
    }
  }

  @Test
  void aServerThatIsClosedHasNotFailed() throws Exception {
    var server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    server.close();
    assertFalse(server.failure().isDone());
  }

  private static void deleteAll(Path top) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(top)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}

package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon whose own ZooKeeper has ended ends too, and says so, rather than to serve nobody. */
class EmbeddedServerEndTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir private Path directory;

  @Test
  void aNodeWhoseDiskIsGoneEndsWithOneLineAndExitCodeFour() throws Exception {
    Path data = directory.resolve("data");
    Path log = directory.resolve("log");
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A new log file after a few transactions: it cannot be made without its directory.
                "-Dzookeeper.snapCount=4",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "node",
                "--listen",
                "127.0.0.1:0",
                "--embedded-zookeeper",
                data.toString(),
                "--exit-with-parent")
            .redirectError(log.toFile())
            .start();
    try (BufferedReader out = node.inputReader(UTF_8)) {
      assertTrue(String.valueOf(out.readLine()).contains("127.0.0.1"), "ready");
      String server = "127.0.0.1:" + Files.readString(data.resolve("zookeeper.port")).strip();

      // In one step: the server may be making a file there just now.
      Files.move(data.resolve("version-2"), directory.resolve("gone"));
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (node.isAlive() && System.nanoTime() - deadline < 0) {
        write(server);
      }
      assertFalse(node.isAlive(), "still there after a minute");

      assertEquals(ExitCode.UNAVAILABLE.value(), node.waitFor());
      String lastLine = Files.readAllLines(log).stream().reduce("", (before, line) -> line);
      assertTrue(
          lastLine.matches("arpeggio: the ZooKeeper server in .*/data ended by itself; .*"),
          lastLine);
    } finally {
      node.destroyForcibly().onExit().join();
    }
  }

  /** Every session is a transaction, or two. */
  private static void write(String server) throws InterruptedException {
    try {
      ZooKeeperSession.connect(server, SHORT, SHORT).close();
    } catch (QueueException e) {
      assertTrue(e.isRetryable(), e.toString());
    }
  }
}

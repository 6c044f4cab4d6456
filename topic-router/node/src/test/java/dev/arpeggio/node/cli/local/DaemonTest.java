package dev.arpeggio.node.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.ensemble.FreePorts;
import dev.arpeggio.node.cli.io.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own, with ZooKeeper as the daemon. */
class DaemonTest {
  @TempDir Path directory;

  private final int port;
  private Daemon daemon = new Daemon("none", List.of(), Path.of(""));

  DaemonTest() throws IOException {
    port = new FreePorts().next();
  }

  @AfterEach
  void retire() {
    daemon.retire();
  }

  @Test
  void aKilledDaemonIsGoneAndCanBeStartedAtItsPortAgain() throws Exception {
    daemon = zookeeper();
    daemon.start(List.of());
    assertTrue(listens());
    daemon.kill();
    assertTrue(isFree(), "nobody listens after the kill");
    daemon.start(List.of());
    assertTrue(listens());
  }

  @Test
  void aStoppedDaemonEndsBySigtermAndNotByTheLossOfItsParent() throws Exception {
    daemon = zookeeper();
    daemon.start(List.of());
    assertEquals(128 + 15, daemon.stop());
  }

  @Test
  void aPausedDaemonAnswersAgainOnceItGoesOn() throws Exception {
    daemon = zookeeper();
    daemon.start(List.of());
    daemon.pause();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("srvr".getBytes(UTF_8));
      socket.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      daemon.resume();
      socket.setSoTimeout(60_000);
      assertTrue(socket.getInputStream().read() > 0);
    }
  }

  @Test
  void aRetiredDaemonStaysDead() throws Exception {
    daemon = zookeeper();
    daemon.start(List.of());
    daemon.retire();
    assertTrue(isFree());
    assertThrows(Failure.class, () -> daemon.start(List.of()));
    assertTrue(isFree());
  }

  @Test
  void aDaemonThatEndsBeforeItServesIsAFailureWithItsLastWords() {
    daemon = new Daemon("node x", List.of("node"), directory.resolve("log"));
    Failure failure = assertThrows(Failure.class, () -> daemon.start(List.of()));
    String line = String.valueOf(failure.getMessage());
    assertTrue(line.startsWith("node x ended with exit code 2 before it served"), line);
    assertTrue(line.contains("the node has no ZooKeeper"), line);
  }

  @Test
  void aDaemonDiesWhenItsParentIsGone() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.arpeggio.node.cli.Main",
                "zookeeper",
                "--data",
                directory.toString(),
                "--exit-with-parent")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      String ready = String.valueOf(out.readLine());
      assertTrue(ready.startsWith("ready: "), ready);
      // The pipe ends as it does when the process at its other end dies.
      process.getOutputStream().close();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(1, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  private Daemon zookeeper() {
    return new Daemon(
        "ZooKeeper",
        List.of("zookeeper", "--listen", "127.0.0.1:" + port, "--data", directory.toString()),
        directory.resolve("log"));
  }

  private boolean listens() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  private boolean isFree() throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    }
  }
}

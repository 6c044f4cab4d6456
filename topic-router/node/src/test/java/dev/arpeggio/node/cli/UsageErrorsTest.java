package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.UNAVAILABLE;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a command line is told in one line, with the right exit code. */
class UsageErrorsTest {
  private final Shell shell = new Shell();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fly",
        "topic",
        "topic fly",
        "topic create",
        "topic create a b",
        "topic create orders --partitions many",
        "topic create orders --partitions -1",
        "topic create orders --max-bytes 10GB",
        "topic create orders --when-full explode",
        "topic create orders --retention forever",
        "topic create orders --keep-last -1",
        "topic create orders --max-message-bytes 10GiB",
        "topic create orders --compress",
        "topic update orders",
        "topic update orders --partitions -1",
        "topic list --fly",
        "topic list -o xml",
        "topic list --connect nowhere",
        "topic list --connect 127.0.0.1:99999",
        "topic list --tls=perhaps",
        "topic list --tls-ca nowhere.pem",
        "topic list --tls-cert pom.xml",
        "topic list --tls-ca pom.xml",
        "topic list --token-file nowhere",
        "token",
        "token create",
        "token create a/b",
        "token create shop --expires soon",
        "publish",
        "consume",
        "consume orders --count 0",
        "consume orders --count x",
        "consume orders --idle-timeout 5",
        "peek",
        "peek orders --count 0",
        "peek orders --from yesterday",
        "seek orders",
        "seek orders --to -5",
        "dlq",
        "dlq read",
        "dlq read orders -n 0",
        "dlq redrive orders --offset -1",
        "ring",
        "ring show --await 0",
        "ring check orders",
        "ring trace",
        "ring trace orders/-1",
        "context",
        "context create",
        "context show",
        "config",
        "config show fly",
        "completion",
        "ring check -c nowhere",
        "doctor orders",
        "doctor -c nowhere",
        "node",
        "node --zookeeper a:1 --embedded-zookeeper b",
        "node --zookeeper a:1 --zookeeper-port 5",
        "node --zookeeper 127.0.0.1:1 --listen nowhere",
        "node --zookeeper 127.0.0.1:1 --preset warp",
        "node --zookeeper 127.0.0.1:1 --tls-cert pom.xml",
        "node --zookeeper 127.0.0.1:1 --tls-client-cert required",
        "node --zookeeper 127.0.0.1:1 --tokens nowhere",
        "node --zookeeper 127.0.0.1:1 --permissions pom.xml",
        "node --zookeeper 127.0.0.1:1 --plaintext sometimes",
        "node --zookeeper 127.0.0.1:1 --listen 0.0.0.0:0 --advertise a:1",
        "dev --nodes 0",
        "dev --nodes 17",
        "dev --listen nowhere",
        "dev --listen 127.0.0.1:0",
        "dev --listen 127.0.0.1:65534",
        "demo one two",
      })
  void aCommandLineThatMakesNoSenseIsRefused(String line) {
    shell.run(line.isEmpty() ? new String[0] : line.split(" ")).failsWith(USAGE);
  }

  @Test
  void aFileThatIsNotThereIsRefusedBeforeAnythingIsDone() {
    shell.run("publish", "orders", "/no/such/file").failsWith(USAGE).saying("/no/such/file");
    shell.run("demo", "/no/such/file").failsWith(USAGE).saying("/no/such/file");
  }

  @Test
  void aDirectoryIsNoFile(@TempDir Path directory) {
    shell.run("publish", "orders", directory.toString()).failsWith(USAGE).saying("is a directory");
    shell.run("demo", directory.toString()).failsWith(USAGE).saying("is a directory");
  }

  @Test
  void theDemoTakesNoEmptyFileAndNoEndlessLine(@TempDir Path directory) throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    shell.run("demo", empty.toString()).failsWith(USAGE).saying("is empty");
    byte[] line = new byte[300_000];
    Arrays.fill(line, (byte) 'x');
    Path longLine = Files.write(directory.resolve("long"), line);
    shell.run("demo", longLine.toString()).failsWith(USAGE).saying("line 1");
  }

  @Test
  void aClusterThatDoesNotAnswerIsUnavailable() {
    String nowhere = "127.0.0.1:" + freePort();
    for (String line :
        new String[] {"topic list", "ring show", "ring check", "topic create x", "publish x"}) {
      shell.run((line + " --connect " + nowhere).split(" ")).failsWith(UNAVAILABLE).saying(nowhere);
    }
  }

  @Test
  void aRingThatDoesNotBecomeWholeInTimeIsUnavailable() {
    shell
        .run("ring", "show", "--await", "3", "--timeout", "1ms", "-c", "127.0.0.1:" + freePort())
        .failsWith(UNAVAILABLE)
        .saying("not whole");
  }

  @Test
  void verboseTellsMoreThanOneLine() {
    Shell.Result result = shell.run("topic", "list", "--verbose", "-c", "127.0.0.1:" + freePort());
    assertEquals(UNAVAILABLE.value(), result.exitCode());
    assertTrue(result.err().lines().count() > 1, result.err());
  }

  @Test
  void theVersionIsOneLineOnStandardOutput() {
    Shell.Result result = shell.run("--version").succeeds();
    assertTrue(result.out().matches("arpeggio \\S+ \\(Java [^\\n]+\\)\\n"), result.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "demo --help",
        "dev --help",
        "node --help",
        "topic --help",
        "topic create --help",
        "topic list --help",
        "topic info --help",
        "topic update --help",
        "topic delete --help",
        "publish --help",
        "consume --help",
        "peek --help",
        "seek --help",
        "topic purge --help",
        "dlq --help",
        "dlq list --help",
        "dlq read --help",
        "dlq redrive --help",
        "dlq purge --help",
        "ring --help",
        "ring show --help",
        "ring check --help",
        "doctor --help",
      })
  void helpBeginsWithExamples(String line) {
    String help = shell.run(line.split(" ")).succeeds().out();
    assertTrue(help.startsWith("Examples:\n  arpeggio "), help);
    assertTrue(help.contains("Usage: arpeggio"), help);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void textIsWrittenInUtf8WhateverTheLocale() {
    Shell.Result result = shell.run("publish", "orders", "/no/such/bär");
    assertTrue(result.err().getBytes(UTF_8).length > result.err().length());
  }
}

package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.FAILED;
import static dev.arpeggio.node.cli.io.ExitCode.NOT_FOUND;
import static dev.arpeggio.node.cli.io.ExitCode.OK;
import static dev.arpeggio.node.cli.io.ExitCode.UNAVAILABLE;
import static dev.arpeggio.node.cli.io.ExitCode.USAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verdict on rings of real nodes, each wrong in one way. */
class RingCheckTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final Shell shell = new Shell();
  private final List<ArpeggioNode> nodes = new ArrayList<>();
  private EmbeddedZooKeeper zooKeeper;

  @BeforeEach
  void startZooKeeper() throws Exception {
    zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), "127.0.0.1", 0);
  }

  @AfterEach
  void stop() throws IOException {
    nodes.forEach(ArpeggioNode::close);
    zooKeeper.close();
  }

  @Test
  void aRingThatIsWholeIsOk() throws Exception {
    String first = start(zooKeeper.connectString());
    start(zooKeeper.connectString(), first);
    assertEquals(
        "ok: 2 nodes on one ring, and all is well\n",
        until(OK, "2 nodes", () -> check(first)).succeeds().out());
    assertEquals(
        "{\"ok\":true,\"nodes\":2,\"problems\":[]}\n",
        until(OK, "\"nodes\":2", () -> check(first, "-o", "json")).succeeds().out());
  }

  @Test
  void aNamedNodeThatDoesNotAnswerIsAProblem() throws Exception {
    String first = start(zooKeeper.connectString());
    String nobody = nobody();
    assertProblem(nobody + "," + first, nobody + " does not answer (");
    assertProblem(first + "," + nobody, nobody + " does not answer (");
  }

  @Test
  void noNodeAtAllIsUnavailable() throws Exception {
    String nobody = nobody();
    check(nobody).failsWith(UNAVAILABLE).saying(nobody).saying("nobody listens");
    shell.run("doctor", "-c", nobody).failsWith(UNAVAILABLE).saying("nobody listens");
  }

  @Test
  @Timeout(60)
  void aPortThatAcceptsAndSaysNothingDoesNotHoldTheCommand() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + mute.getLocalPort();
      check(address).failsWith(UNAVAILABLE).saying(address).saying("something listens");
    }
  }

  @Test
  void thePortOfZooKeeperIsNotThatOfANode() {
    String address = zooKeeper.connectString();
    shell.run("doctor", "-c", address).failsWith(UNAVAILABLE).saying("it is not a node");
  }

  @Test
  void aPortThatSpeaksTlsIsToldByItsBytes() throws Exception {
    // Without a certificate it can only refuse; that it does in a TLS record is what counts.
    try (ServerSocket tls =
        SSLContext.getDefault()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> refuseAll(tls));
      server.setDaemon(true);
      server.start();
      String address = "127.0.0.1:" + tls.getLocalPort();
      shell
          .run("doctor", "-c", address)
          .failsWith(UNAVAILABLE)
          .saying(address + ": something listens that speaks TLS")
          .saying("; connect with TLS");
    }
  }

  private static void refuseAll(ServerSocket server) {
    try {
      while (true) {
        refuse(server.accept());
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void refuse(Socket client) throws IOException {
    try (client) {
      client.getInputStream().read();
    } catch (SSLException e) {
      // As it is meant to be.
    }
  }

  @Test
  void aServerOfSomethingElseIsNotANode() throws Exception {
    Server other = NettyServerBuilder.forPort(0).build().start();
    try {
      shell
          .run("doctor", "-c", "127.0.0.1:" + other.getPort())
          .failsWith(UNAVAILABLE)
          .saying("speaks HTTP/2 without TLS")
          .saying("; if that is a node, connect without TLS; otherwise name the port of one");
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void anOwnerThatTheRingDoesNotNameIsTold() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = start(zooKeeper.connectString());
    shell.run("topic", "create", "orders", "-c", first).succeeds();
    shell.reading("hello\n".getBytes(UTF_8)).run("publish", "orders", "-c", other).succeeds();
    String line =
        "problem  owners: orders/0: %s serves it in epoch 1, and the ring names %s; next: "
            .formatted(other, first);
    until(FAILED, line, () -> shell.run("doctor", "-c", first));
    String trace = shell.run("ring", "trace", "orders/0", "-c", first).succeeds().out();
    assertTrue(trace.contains("owner by the ring: " + first + "\n"), trace);
    assertTrue(trace.contains("owner by ZooKeeper: " + other + ", in epoch 1\n"), trace);
    assertTrue(trace.contains("agree: no; "), trace);
  }

  @Test
  void aTraceShowsTheWayToTheOwner() throws Exception {
    String first = start(zooKeeper.connectString());
    String second = start(zooKeeper.connectString(), first);
    untilWhole(first, 2);
    shell.run("topic", "create", "orders", "--partitions", "2", "-c", first).succeeds();
    String all = shell.run("ring", "trace", "orders", "-c", first).succeeds().out();
    assertTrue(all.contains("orders/0 lies at ") && all.contains("orders/1 lies at "), all);
    assertTrue(all.contains("owner by ZooKeeper: nobody yet\nagree: yes\n"), all);
    assertTrue(all.contains("is the key's predecessor, and names as owner grpc://"), all);
    String json = shell.run("ring", "trace", "orders/1", "-c", second, "-o", "json").out();
    assertTrue(json.startsWith("[{\"topic\":\"orders\",\"partition\":1,"), json);
    assertTrue(json.endsWith("\"store_problem\":null,\"agree\":true}]\n"), json);
    shell.run("ring", "trace", "orders/2", "-c", first).failsWith(NOT_FOUND);
    shell.run("ring", "trace", "nothing/0", "-c", first).failsWith(NOT_FOUND);
    shell.run("ring", "trace", "orders/x", "-c", first).failsWith(USAGE).saying("orders/0");
  }

  @Test
  void theDoctorFindsNothingInARingThatIsWhole() throws Exception {
    String first = start(zooKeeper.connectString());
    start(zooKeeper.connectString(), first);
    untilWhole(first, 2);
    String lines = until(OK, "", () -> shell.run("doctor", "-c", first)).out();
    assertEquals(
        "ok nodes answer,ok nodes serve,ok one ring,ok pointers,ok same ZooKeeper,ok same version,"
            + "ok clocks,ok owners",
        lines.strip().replaceAll(" +", " ").replace("\n", ","));
    String json = until(OK, "", () -> shell.run("doctor", "-c", first, "-o", "json")).out();
    assertTrue(json.startsWith("{\"ok\":true,\"checks\":[{\"check\":\"nodes answer\","), json);
  }

  @Test
  void theDoctorNamesANextStep() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = start(zooKeeper.connectString());
    String line = "problem  one ring: " + other + " is not on the ring of " + first + "; next: ";
    until(FAILED, line, () -> shell.run("doctor", "-c", first + "," + other))
        .saying(" found something wrong; begin with: ");
  }

  @Test
  void twoRingsAreTold() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = start(zooKeeper.connectString());
    assertProblem(first + "," + other, other + " is not on the ring of " + first);
  }

  @Test
  void nodesWithDifferentZooKeepersAreTold() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = zooKeeper.connectString().replace("127.0.0.1", "localhost");
    String second = start(other, first);
    untilWhole(first, 2);
    assertProblem(first + "," + second, "ZooKeeper " + other + " at " + second);
    assertProblem(first + "," + second, "ZooKeeper " + zooKeeper.connectString() + " at " + first);
  }

  @Test
  void aNodeWithoutZooKeeperDoesNotServe() throws Exception {
    String first = start(zooKeeper.connectString());
    zooKeeper.close();
    assertProblem(first, first + " does not serve: no connection to ZooKeeper at ");
    until(
        FAILED,
        "{\"ok\":false,\"nodes\":1,\"problems\":[\"" + first,
        () -> check(first, "-o", "json"));
  }

  private void assertProblem(String addresses, String problem) {
    Shell.Result result = until(FAILED, problem, () -> check(addresses));
    assertTrue(result.out().lines().anyMatch(line -> line.startsWith(problem)), result.out());
    assertTrue(
        result.err().matches("arpeggio: the ring has \\d+ problems?; [^\\n]+\\n"), result.err());
  }

  /** On a busy machine a ring may be suspicious of itself for a moment. */
  private static Shell.Result until(
      ExitCode expected, String part, Supplier<Shell.Result> command) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Shell.Result result = command.get();
    while (result.exitCode() != expected.value() || !result.out().contains(part)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the last answer was " + result);
      }
      result = command.get();
    }
    return result;
  }

  private String start(String connectString, String... seeds) throws Exception {
    ArpeggioNode node =
        ArpeggioNode.start(
            NodeOptions.defaults()
                .withZooKeeper(connectString)
                .withSeeds(List.of(seeds))
                .withPreset("lan"));
    nodes.add(node);
    return node.address();
  }

  private void untilWhole(String address, int count) {
    shell.run("ring", "show", "-c", address, "--await", String.valueOf(count)).succeeds();
  }

  private Shell.Result check(String addresses, String... more) {
    List<String> line = new ArrayList<>(List.of("ring", "check", "-c", addresses));
    line.addAll(List.of(more));
    return shell.run(line.toArray(String[]::new));
  }

  private static String nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}

package dev.arpeggio.node.cli;

import static dev.arpeggio.node.cli.io.ExitCode.FAILED;
import static dev.arpeggio.node.cli.io.ExitCode.UNAVAILABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verdict on rings of real nodes, each wrong in one way. */
class RingCheckTest {
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
    untilWhole(first, 2);
    assertEquals("ok: 2 nodes on one ring, and all is well\n", check(first).succeeds().out());
    assertEquals(
        "{\"ok\":true,\"nodes\":2,\"problems\":[]}\n", check(first, "-o", "json").succeeds().out());
  }

  @Test
  void aNamedNodeThatDoesNotAnswerIsAProblem() throws Exception {
    String first = start(zooKeeper.connectString());
    String nobody = nobody();
    assertProblem(check(nobody + "," + first), nobody + " does not answer (");
    assertProblem(check(first + "," + nobody), nobody + " does not answer (");
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
  void theDoctorFindsNothingInARingThatIsWhole() throws Exception {
    String first = start(zooKeeper.connectString());
    start(zooKeeper.connectString(), first);
    untilWhole(first, 2);
    String lines = shell.run("doctor", "-c", first).succeeds().out();
    assertEquals(
        "ok nodes answer,ok nodes serve,ok one ring,ok pointers,ok same ZooKeeper,ok same version,"
            + "ok clocks",
        lines.strip().replaceAll(" +", " ").replace("\n", ","));
    String json = shell.run("doctor", "-c", first, "-o", "json").succeeds().out();
    assertTrue(json.startsWith("{\"ok\":true,\"checks\":[{\"check\":\"nodes answer\","), json);
  }

  @Test
  void theDoctorNamesANextStep() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = start(zooKeeper.connectString());
    Shell.Result result = shell.run("doctor", "-c", first + "," + other);
    assertEquals(FAILED.value(), result.exitCode(), result.err());
    assertTrue(
        result
            .out()
            .contains(
                "problem  one ring: " + other + " is not on the ring of " + first + "; next: "),
        result.out());
    result.saying("1 check of 7 found something wrong; begin with: ");
  }

  @Test
  void twoRingsAreTold() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = start(zooKeeper.connectString());
    assertProblem(check(first + "," + other), other + " is not on the ring of " + first);
  }

  @Test
  void nodesWithDifferentZooKeepersAreTold() throws Exception {
    String first = start(zooKeeper.connectString());
    String other = zooKeeper.connectString().replace("127.0.0.1", "localhost");
    String second = start(other, first);
    untilWhole(first, 2);
    Shell.Result result = check(first + "," + second);
    assertProblem(result, "ZooKeeper " + other + " at " + second);
    assertTrue(result.out().contains("ZooKeeper " + zooKeeper.connectString()), result.out());
  }

  @Test
  @Timeout(60)
  void aNodeWithoutZooKeeperDoesNotServe() throws Exception {
    String first = start(zooKeeper.connectString());
    zooKeeper.close();
    Shell.Result result = check(first);
    while (result.exitCode() == 0) {
      result = check(first);
    }
    assertProblem(result, first + " does not serve: no connection to ZooKeeper at ");
    String json = check(first, "-o", "json").out();
    assertTrue(json.startsWith("{\"ok\":false,\"nodes\":1,\"problems\":[\"" + first), json);
  }

  private static void assertProblem(Shell.Result result, String problem) {
    assertEquals(FAILED.value(), result.exitCode(), result.err());
    assertTrue(result.out().lines().anyMatch(line -> line.startsWith(problem)), result.out());
    assertTrue(
        result.err().matches("arpeggio: the ring has \\d+ problems?; [^\\n]+\\n"), result.err());
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

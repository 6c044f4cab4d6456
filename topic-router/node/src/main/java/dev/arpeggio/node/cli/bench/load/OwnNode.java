package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.ensemble.FreePorts;
import dev.arpeggio.node.cli.bench.BenchServers;
import dev.arpeggio.node.cli.local.Daemon;
import dev.arpeggio.node.cli.local.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node in a process of its own, as the launch script would run it: the JVM's options are those of
 * this process, which the script gives the same. Thread-safe but for its making and closing.
 */
final class OwnNode implements AutoCloseable {
  private static final List<String> NOT_INHERITED =
      List.of("FlightRecord", "jdwp", "SharedArchive", "-Xlog");

  private final Workspace workspace;
  private final @Nullable BenchServers servers;
  private final Daemon daemon;
  private final String address;
  private final String zooKeeper;
  private volatile boolean closing;

  private OwnNode(
      Workspace workspace,
      @Nullable BenchServers servers,
      Daemon daemon,
      String address,
      String zooKeeper) {
    this.workspace = workspace;
    this.servers = servers;
    this.daemon = daemon;
    this.address = address;
    this.zooKeeper = zooKeeper;
  }

  /**
   * Starts one, and returns once it serves.
   *
   * @param count of ZooKeeper servers; 1: in the node's process
   * @param moreJvm options of its JVM, after those of this process
   */
  static OwnNode start(int count, List<String> moreJvm) throws IOException, InterruptedException {
    Workspace workspace = new Workspace("bench");
    BenchServers servers = null;
    try {
      Path directory = workspace.directory();
      FreePorts ports = new FreePorts();
      String address = "127.0.0.1:" + ports.next();
      List<String> arguments = new ArrayList<>(List.of("node", "--listen", address));
      String zooKeeper;
      if (count == 1) {
        int port = ports.next();
        zooKeeper = "127.0.0.1:" + port;
        arguments.addAll(List.of("--embedded-zookeeper", directory.resolve("data").toString()));
        arguments.addAll(List.of("--zookeeper-port", String.valueOf(port)));
      } else {
        servers = BenchServers.start(count, directory);
        zooKeeper = servers.connectString();
        arguments.addAll(List.of("--zookeeper", zooKeeper));
      }
      Daemon daemon =
          new Daemon("node " + address, jvm(moreJvm), arguments, directory.resolve("node.log"));
      OwnNode node = new OwnNode(workspace, servers, daemon, address, zooKeeper);
      try {
        daemon.start(List.of());
      } catch (IOException | InterruptedException | RuntimeException e) {
        daemon.retire();
        throw e;
      }
      return node;
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (servers != null) {
        servers.close();
      }
      workspace.close();
      throw e;
    }
  }

  private static List<String> jvm(List<String> more) {
    List<String> options = new ArrayList<>();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // Memory and collector. Recordings and debuggers are this process's own; the archive of
      // classes comes anyway.
      if (option.startsWith("-X") && NOT_INHERITED.stream().noneMatch(option::contains)) {
        options.add(option);
      }
    }
    options.addAll(more);
    return options;
  }

  String address() {
    return address;
  }

  /** The connect string of its ZooKeeper. */
  String zooKeeper() {
    return zooKeeper;
  }

  /** Empty where the system does not tell, or the process is gone. */
  OptionalLong peakBytes() {
    Path status = Path.of("/proc", String.valueOf(daemon.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** How long processors have worked for it; empty where the system does not tell. */
  Optional<Duration> work() {
    return ProcessHandle.of(daemon.pid()).flatMap(process -> process.info().totalCpuDuration());
  }

  /** Tells once, on another thread, if it ends although nobody has closed it. */
  void whenItEndsByItself(IntConsumer action) {
    var unused =
        daemon
            .ended()
            .thenAccept(
                exitCode -> {
                  if (!closing) {
                    action.accept(exitCode);
                  }
                });
  }

  /** Leaves the logs where they are. */
  String keepLogs() {
    workspace.keep();
    return workspace.directory().toString();
  }

  @Override
  public void close() throws IOException {
    closing = true;
    daemon.retire();
    if (servers != null) {
      servers.close();
    }
    workspace.close();
  }
}

package dev.arpeggio.node.cli.bench;

import dev.arpeggio.node.cli.local.EnsembleServer;
import dev.arpeggio.node.cli.local.FreePorts;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ZooKeeper that a benchmark writes to: one server in this process, as a node embeds it, or
 * several as processes of their own. Each syncs every write to disk.
 */
final class BenchServers implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();
  private final List<EmbeddedZooKeeper> embedded = new ArrayList<>();
  private String connectString = "";

  private BenchServers() {}

  /**
   * Starts servers; they may need a while to serve.
   *
   * @param count 1: embedded
   * @param directory for their data and logs; exists
   */
  static BenchServers start(int count, Path directory) throws IOException, InterruptedException {
    BenchServers servers = new BenchServers();
    try {
      if (count == 1) {
        EmbeddedZooKeeper one =
            EmbeddedZooKeeper.start(directory.resolve("zookeeper"), "127.0.0.1", 0);
        servers.embedded.add(one);
        servers.connectString = one.connectString();
      } else {
        servers.startEnsemble(count, directory);
      }
      return servers;
    } catch (IOException | InterruptedException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private void startEnsemble(int count, Path directory) throws IOException {
    List<Integer> ports = FreePorts.find(3 * count);
    StringBuilder members = new StringBuilder();
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add("127.0.0.1:" + ports.get(3 * i));
      members.append(
          "server.%d=127.0.0.1:%d:%d%n"
              .formatted(i + 1, ports.get(3 * i + 1), ports.get(3 * i + 2)));
    }
    for (int i = 0; i < count; i++) {
      Path data = Files.createDirectories(directory.resolve("zookeeper-" + (i + 1)));
      Files.writeString(data.resolve("myid"), Integer.toString(i + 1));
      Path settings = directory.resolve("zookeeper-" + (i + 1) + ".cfg");
      Files.writeString(
          settings,
          """
          dataDir=%s
          clientPort=%d
          clientPortAddress=127.0.0.1
          tickTime=1000
          initLimit=20
          syncLimit=10
          maxClientCnxns=0
          admin.enableServer=false
          snapSizeLimitInKb=1048576
          """
                  .formatted(data.toAbsolutePath(), ports.get(3 * i))
              + members);
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx2g",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EnsembleServer.class.getName(),
                  settings.toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  Redirect.to(directory.resolve("zookeeper-" + (i + 1) + ".log").toFile()))
              .start());
    }
    connectString = String.join(",", addresses);
  }

  String connectString() {
    return connectString;
  }

  @Override
  public void close() throws IOException {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
    for (EmbeddedZooKeeper one : embedded) {
      one.close();
    }
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import dev.arpeggio.node.NodeSecurity;
import dev.arpeggio.node.NodeStartException;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Termination;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a whole ring and its ZooKeeper in this process, to develop against. */
@Command(
    name = "dev",
    description = {
      "Run a ring and a ZooKeeper in one process, to work with.",
      "Topics and messages stay in the data directory from one run to the next."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio dev",
      "  arpeggio dev --nodes 5 --data /tmp/ring --listen 127.0.0.1:9000",
      ""
    })
final class DevCommand implements Runnable {
  private static final int MAX_NODES = 16;

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final DaemonOptions daemon = new DaemonOptions();

  @Mixin private final PlaintextOption plaintext = new PlaintextOption();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many, 1 to 16 (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "arpeggio-data",
      description = "Where ZooKeeper keeps its data (default: ./${DEFAULT-VALUE}).")
  private Path data = Path.of("arpeggio-data");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = Connection.DEFAULT_ADDRESS,
      description =
          "Where the first node listens; the others take the ports that follow"
              + " (default: ${DEFAULT-VALUE}).")
  private HostAndPort listen = HostAndPort.of(Connection.DEFAULT_ADDRESS);

  DevCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (nodes < 1 || nodes > MAX_NODES) {
      throw Failure.usage("--nodes is " + nodes, "choose 1 to " + MAX_NODES);
    }
    if (listen.port() == 0 || listen.port() + nodes - 1 > 65_535) {
      throw Failure.usage(
          "--listen " + listen + " leaves no ports for " + Figures.count(nodes, "node"),
          "choose a port from 1 to " + (65_536 - nodes));
    }
    daemon.begin(console);
    try (Termination termination = Termination.watch(DaemonOptions.GRACE);
        EmbeddedZooKeeper zookeeper = EmbeddedZooKeeper.start(data, listen.host(), 0)) {
      Deque<ArpeggioNode> running = new ArrayDeque<>();
      try {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
          NodeOptions options =
              NodeOptions.defaults()
                  .withListen(listen.plus(i).toString())
                  .withSeeds(addresses)
                  .withSecurity(NodeSecurity.none().withPlaintextAnywhere(plaintext.anywhere()))
                  .withZooKeeper(zookeeper.connectString());
          ArpeggioNode node = ArpeggioNode.start(options);
          running.push(node);
          addresses.add(node.address());
        }
        Readiness.print(
            console, root.json(), String.join(",", addresses), zookeeper.connectString());
        explain();
        DaemonOptions.await(termination, zookeeper.failure());
        for (ArpeggioNode node : running) {
          node.drain();
        }
      } finally {
        running.forEach(ArpeggioNode::close);
      }
    } catch (NodeStartException e) {
      throw NodeErrors.explain(e);
    } catch (IOException e) {
      throw NodeErrors.explain(e, data.toString());
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "start it again", e);
    }
  }

  private void explain() {
    String connect =
        listen.toString().equals(Connection.DEFAULT_ADDRESS) ? "" : " --connect " + listen;
    console.say("In another terminal:");
    console.say("  arpeggio topic create orders" + connect);
    console.say("  echo hello | arpeggio publish orders" + connect);
    console.say("  arpeggio consume orders" + connect);
    console.say("Ctrl-C ends it; what is published stays in " + data.toAbsolutePath().normalize());
  }
}

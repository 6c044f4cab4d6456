package dev.arpeggio.node.cli;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import dev.arpeggio.node.NodeStartException;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Termination;
import dev.arpeggio.node.cli.local.Rehearsal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one node until the process is told to end. */
@Command(
    name = "node",
    description = {
      "Run a node of the ring.",
      "Prints one line when it serves. Ctrl-C and SIGTERM hand its partitions over and leave the",
      "ring; a node that is killed loses nothing either, its successor takes over."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio node --listen 10.0.0.1:7411 --zookeeper zk1:2181,zk2:2181,zk3:2181/arpeggio",
      "  arpeggio node --listen 10.0.0.2:7411 --seed 10.0.0.1:7411",
      "  arpeggio node --embedded-zookeeper ./data",
      "  arpeggio node --listen 10.0.0.1:7411 --zookeeper zk1:2181 --tls-cert node.pem"
          + " --tls-key node.key --tls-ca ca.pem",
      ""
    })
final class NodeCommand implements Runnable {
  /** The timings that {@link NodeOptions} knows, in capitals. */
  private enum Preset {
    LOCAL,
    LAN,
    WAN
  }

  /** The names, as users write them. */
  private static final class PresetWords extends Words<Preset> {
    PresetWords() {
      super(Preset.class);
    }
  }

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final DaemonOptions daemon = new DaemonOptions();

  @Mixin private final NodeSecurityOptions security = new NodeSecurityOptions();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = Connection.DEFAULT_ADDRESS,
      description = "Where to listen; port 0: any free one (default: ${DEFAULT-VALUE}).")
  private String listen = Connection.DEFAULT_ADDRESS;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description = "Where others reach this node, if not at --listen.")
  private Optional<String> advertise = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "A node to join the ring through; may be repeated. Without one the node begins a ring.")
  private List<String> seeds = new ArrayList<>();

  @Option(
      names = "--zookeeper",
      paramLabel = "CONNECT",
      description =
          "ZooKeeper's connect string, with an optional chroot. With a seed it may be left out: the"
              + " seed knows it.")
  private Optional<String> zookeeper = Optional.empty();

  @Option(
      names = "--embedded-zookeeper",
      paramLabel = "DIR",
      description = "Run a ZooKeeper in this process, with its data in DIR.")
  private Optional<Path> embeddedZooKeeper = Optional.empty();

  @Option(
      names = "--zookeeper-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The port of the embedded ZooKeeper (default: any free one).")
  private int zookeeperPort;

  @Option(
      names = "--zookeeper-auth-file",
      paramLabel = "FILE",
      description =
          "A file with the line digest:USER:PASSWORD, or sasl for what JAAS says: as whom to come"
              + " to ZooKeeper. What is created there is for this user alone then.")
  private Optional<Path> zookeeperAuthFile = Optional.empty();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "lan",
      completionCandidates = PresetWords.class,
      description = "Timing of the ring: local, lan or wan (default: ${DEFAULT-VALUE}).")
  private Preset preset = Preset.LAN;

  @Option(
      names = "--ring",
      paramLabel = "NAME",
      defaultValue = "arpeggio",
      description = "Nodes of another ring are refused (default: ${DEFAULT-VALUE}).")
  private String ring = "arpeggio";

  @Option(
      names = "--auto-create-topics",
      arity = "0..1",
      paramLabel = "true|false",
      defaultValue = "false",
      fallbackValue = "true",
      description =
          "Create a topic, with the defaults, when somebody first publishes to it or consumes it"
              + " (default: ${DEFAULT-VALUE}).")
  private boolean autoCreateTopics;

  NodeCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    NodeOptions options = options();
    daemon.begin(console);
    if (!seeds.isEmpty()) {
      rehearse();
    }
    try (Termination termination = Termination.watch(DaemonOptions.GRACE);
        ArpeggioNode node = ArpeggioNode.start(options)) {
      Readiness.print(console, root.json(), node.address(), node.zookeeper());
      DaemonOptions.await(termination, node.failure());
      node.drain();
    } catch (NodeStartException e) {
      throw NodeErrors.explain(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Partitions will be handed to this node; their clients are not to wait for a cold process. */
  private void rehearse() {
    Logging.ofClient(console.err(), false);
    try {
      Rehearsal.run();
    } catch (IOException | NodeStartException | ArpeggioException e) {
      console.say("arpeggio: the first requests will be slow, the rehearsal failed: " + e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      Logging.ofDaemon(console.err());
    }
  }

  private static Failure interrupted(InterruptedException cause) {
    return new Failure(ExitCode.FAILED, "interrupted", "start the node again", cause);
  }

  private NodeOptions options() {
    if (zookeeper.isPresent() && embeddedZooKeeper.isPresent()) {
      throw Failure.usage(
          "both --zookeeper and --embedded-zookeeper are given", "choose one of them");
    }
    if (zookeeper.isEmpty() && embeddedZooKeeper.isEmpty() && seeds.isEmpty()) {
      throw Failure.usage(
          "the node has no ZooKeeper",
          "name one with --zookeeper CONNECT, run one with --embedded-zookeeper DIR, or join a ring"
              + " that has one with --seed HOST:PORT");
    }
    if (zookeeperPort != 0 && embeddedZooKeeper.isEmpty()) {
      throw Failure.usage("--zookeeper-port needs --embedded-zookeeper DIR", "add it");
    }
    return new NodeOptions(
        listen,
        advertise,
        seeds,
        zookeeper,
        embeddedZooKeeper,
        zookeeperPort,
        zookeeperAuthFile,
        ring,
        preset.name().toLowerCase(Locale.ROOT),
        security.security(),
        autoCreateTopics,
        NodeOptions.defaults().startTimeout());
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Termination;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs ZooKeeper alone, so that the demo can kill nodes without killing it. */
@Command(name = "zookeeper", hidden = true, description = "Run a ZooKeeper server.")
final class ZooKeeperCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final DaemonOptions daemon = new DaemonOptions();

  @Option(names = "--data", paramLabel = "DIR", required = true, description = "For its data.")
  private Path data = Path.of("");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:0",
      description = "Where to listen; port 0: any free one (default: ${DEFAULT-VALUE}).")
  private HostAndPort listen = HostAndPort.of("127.0.0.1:0");

  ZooKeeperCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    daemon.begin(console);
    try (Termination termination = Termination.watch(DaemonOptions.GRACE);
        EmbeddedZooKeeper zookeeper = EmbeddedZooKeeper.start(data, listen.host(), listen.port())) {
      Readiness.print(console, root.json(), zookeeper.connectString(), zookeeper.connectString());
      DaemonOptions.await(termination, zookeeper.failure());
    } catch (IOException e) {
      throw NodeErrors.explain(e, data.toString());
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "start it again", e);
    }
  }
}

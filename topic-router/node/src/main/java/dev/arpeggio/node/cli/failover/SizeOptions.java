package dev.arpeggio.node.cli.failover;

import picocli.CommandLine.Option;

/** How large an experiment is, except for the number of nodes, whose default differs. */
final class SizeOptions {
  @Option(
      names = "--servers",
      paramLabel = "N",
      defaultValue = "1",
      description = "ZooKeeper servers, 1 or 3 (default: ${DEFAULT-VALUE}).")
  private int servers;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "12",
      description = "Partitions of the topic, 1 to 256 (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1200",
      description =
          "Messages of 100 bytes sent a second, in turn to all partitions, 1 to 20000 (default:"
              + " ${DEFAULT-VALUE}).")
  private int rate;

  TestBed.Size with(int nodes) {
    return new TestBed.Size(nodes, servers, partitions, rate);
  }
}

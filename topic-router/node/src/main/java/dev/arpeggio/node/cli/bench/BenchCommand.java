package dev.arpeggio.node.cli.bench;

import picocli.CommandLine.Command;

/** Holds the benchmarks. */
@Command(
    name = "bench",
    description = "Measure how fast this machine is.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench publish",
      "  arpeggio bench consume --both",
      "  arpeggio bench log",
      "  arpeggio bench failover --kills 5 --pauses 5",
      "  arpeggio bench restart",
      ""
    })
public final class BenchCommand {}

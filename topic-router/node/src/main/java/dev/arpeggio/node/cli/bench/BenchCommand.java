package dev.arpeggio.node.cli.bench;

import picocli.CommandLine.Command;

/** Holds the benchmarks. */
@Command(
    name = "bench",
    description = "Measure how fast this machine is.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio bench log", "  arpeggio bench log --servers 3 -o json", ""})
public final class BenchCommand {}

package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;

/** Holds the commands about the ring. */
@Command(
    name = "ring",
    description = "Inspect the ring of nodes.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio ring show", "  arpeggio ring node --connect 10.0.0.2:7411", ""})
final class RingCommand {}

package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;

/** Holds the commands about topics. */
@Command(
    name = "topic",
    description = "Create, list, inspect, update, purge and delete topics.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio topic create orders --partitions 4",
      "  arpeggio topic info orders",
      "  arpeggio topic update orders --retention 7d",
      "  arpeggio topic list -o json",
      ""
    })
final class TopicCommand {}

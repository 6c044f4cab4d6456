package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;

/** Holds the commands about dead letters. */
@Command(
    name = "dlq",
    description = {
      "Deal with dead letters: messages that were rejected, or delivered as often as their topic allows.",
      "They are in a topic of their own, and what is done with them counts for its subscription 'default'."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio dlq list",
      "  arpeggio dlq read orders",
      "  arpeggio dlq redrive orders",
      "  arpeggio dlq purge orders",
      ""
    })
final class DlqCommand {}

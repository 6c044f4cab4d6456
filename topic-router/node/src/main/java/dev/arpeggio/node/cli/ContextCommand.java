package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;

/** Holds the commands that deal with contexts. */
@Command(
    name = "context",
    description = "Name clusters, and choose which one commands connect to.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio context create prod --connect q1:7411,q2:7411,q3:7411",
      "  arpeggio context use prod",
      "  arpeggio topic list                 at prod",
      "  arpeggio topic list --context test",
      "  arpeggio context list",
      ""
    })
final class ContextCommand {}

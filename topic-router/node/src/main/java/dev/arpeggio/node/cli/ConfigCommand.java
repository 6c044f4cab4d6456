package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;

/** Holds the commands that deal with settings. */
@Command(
    name = "config",
    description = "See which settings hold, and why.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio config show --origin", "  arpeggio config show consume --origin", ""})
final class ConfigCommand {}

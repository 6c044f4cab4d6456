package dev.arpeggio.node.cli;

import picocli.CommandLine.Command;

/** Holds the commands about tokens. */
@Command(
    name = "token",
    description = "Make tokens by which clients and nodes say who they are.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio token create shop --expires 90d", ""})
final class TokenCommand {}

/**
 * The command line: one class per command, and what they share. Commands run on the main thread,
 * read their settings through {@link dev.arpeggio.node.cli.Settings} and leave by returning or by a
 * {@link dev.arpeggio.node.cli.Failure}. Nothing here knows how a partition or a ring works:
 * commands use the client library, and start the daemon as a whole.
 */
@NullMarked
package dev.arpeggio.node.cli;

import org.jspecify.annotations.NullMarked;

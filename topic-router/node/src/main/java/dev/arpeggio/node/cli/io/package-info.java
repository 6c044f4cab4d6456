/**
 * What every command talks with: the standard streams, tables and JSON, progress, lines of bytes,
 * and failures that end in one line and an exit code. Knows no command, and nothing of the cluster.
 */
@NullMarked
package dev.arpeggio.node.cli.io;

import org.jspecify.annotations.NullMarked;

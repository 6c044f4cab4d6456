/** Tests of the command line: package failover. */
@NullMarked
package dev.arpeggio.node.cli.failover;

import org.jspecify.annotations.NullMarked;

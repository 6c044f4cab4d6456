/** Tests of the command line: package ring. */
@NullMarked
package dev.arpeggio.node.cli.ring;

import org.jspecify.annotations.NullMarked;

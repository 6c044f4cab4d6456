/** Tests of the command line. */
@NullMarked
package dev.arpeggio.node.cli;

import org.jspecify.annotations.NullMarked;

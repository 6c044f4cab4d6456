/** Tests of the command line: package local. */
@NullMarked
package dev.arpeggio.node.cli.local;

import org.jspecify.annotations.NullMarked;

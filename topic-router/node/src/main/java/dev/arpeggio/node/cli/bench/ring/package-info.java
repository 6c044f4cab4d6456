/** A benchmark of the ring alone, over real connections. */
@NullMarked
package dev.arpeggio.node.cli.bench.ring;

import org.jspecify.annotations.NullMarked;

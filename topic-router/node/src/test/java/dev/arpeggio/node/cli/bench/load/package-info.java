@NullMarked
package dev.arpeggio.node.cli.bench.load;

import org.jspecify.annotations.NullMarked;

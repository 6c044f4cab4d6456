@NullMarked
package dev.arpeggio.node.cli.bench.ring;

import org.jspecify.annotations.NullMarked;

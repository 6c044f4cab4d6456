@NullMarked
package dev.arpeggio.node.cli.bench.kestrel;

import org.jspecify.annotations.NullMarked;

/** Where partitions lie, with a ring that is as the test wants it. */
@NullMarked
package dev.arpeggio.node.placement;

import org.jspecify.annotations.NullMarked;

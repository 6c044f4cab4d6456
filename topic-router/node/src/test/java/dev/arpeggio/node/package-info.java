/** Whole nodes, over real sockets and a real ZooKeeper. */
@NullMarked
package dev.arpeggio.node;

import org.jspecify.annotations.NullMarked;

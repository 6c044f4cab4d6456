/** Decisions about partitions, with a ring that says what the test wants and a real ZooKeeper. */
@NullMarked
package dev.arpeggio.node.hosting;

import org.jspecify.annotations.NullMarked;

/** A partition in ZooKeeper. */
@NullMarked
package dev.arpeggio.queue;

import org.jspecify.annotations.NullMarked;

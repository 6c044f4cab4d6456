/** The real client, opened for those who compare it. */
@NullMarked
package dev.arpeggio.queue.zookeeper;

import org.jspecify.annotations.NullMarked;

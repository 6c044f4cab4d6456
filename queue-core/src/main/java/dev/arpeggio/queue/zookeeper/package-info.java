/**
 * The drivers at the edge: a real thread, the real ZooKeeper client and a ZooKeeper server inside
 * the process.
 *
 * <p>Threads, clocks, sockets and disks live here and nowhere else in this module; no rule of the
 * queue does.
 */
@NullMarked
package dev.arpeggio.queue.zookeeper;

import org.jspecify.annotations.NullMarked;

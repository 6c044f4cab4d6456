/**
 * A partition: its log, its subscriptions and its fence, kept in ZooKeeper.
 *
 * <p>Everything here is protocol code. An object belongs to one {@link
 * dev.arpeggio.queue.EventLoop} and is called on that loop only; it blocks nowhere and owns no
 * thread, no clock, no socket and no source of randomness. What it needs of the world comes in
 * through {@link dev.arpeggio.queue.EventLoop}, {@link dev.arpeggio.queue.ZooKeeperPort} and a
 * random generator, so that the same classes run in production and in virtual time. Drivers for the
 * ports live in the packages below this one; gRPC, Chord and the wire's message types may not come
 * in.
 */
@NullMarked
package dev.arpeggio.queue;

import org.jspecify.annotations.NullMarked;

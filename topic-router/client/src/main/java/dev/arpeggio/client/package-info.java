/**
 * The client library. Public are {@link dev.arpeggio.client.Arpeggio} and what it hands out; the
 * rest stays in this package, and no generated or shaded type shows outside.
 *
 * <p>Three kinds of thread meet here. Callers' threads encode messages, take received ones and
 * wait; what they share with the loop is guarded by one lock per producer or consumer. The
 * <em>loop</em>, one thread per client, takes all protocol decisions: routing, {@link
 * dev.arpeggio.client.PartitionLink} and the two users of such links, {@link
 * dev.arpeggio.client.PartitionPipeline} and {@link dev.arpeggio.client.PartitionReader}; futures
 * complete there. gRPC's threads only hand over to the loop.
 *
 * <p>Time, threads, randomness and the network come in through {@link
 * dev.arpeggio.client.EventLoop}, {@link dev.arpeggio.client.Network} and constructors. {@link
 * dev.arpeggio.client.LoopThread}, {@link dev.arpeggio.client.GrpcNetwork} and {@link
 * dev.arpeggio.client.Arpeggio} are the drivers that touch the real ones, and no other class may.
 */
@NullMarked
package dev.arpeggio.client;

import org.jspecify.annotations.NullMarked;

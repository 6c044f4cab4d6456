/**
 * Which partitions this node serves: a partition is opened on first use if the ring says that it is
 * ours, and released as soon as the ring says that it is not. Single-threaded: everything here runs
 * on the event loop that it was constructed with and touches threads, sockets and clocks only
 * through ports. Nothing from gRPC comes in.
 */
@NullMarked
package dev.arpeggio.node.hosting;

import org.jspecify.annotations.NullMarked;

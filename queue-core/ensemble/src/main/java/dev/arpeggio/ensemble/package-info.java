/**
 * Real ZooKeeper servers, each a process of its own, and what can befall them and the way to them.
 *
 * <p>{@link dev.arpeggio.ensemble.Ensemble} starts one, three or five servers from the class path
 * of the calling process; they can be killed, paused and started again. {@link
 * dev.arpeggio.ensemble.TcpProxy} stands between a client and a server and cuts, holds or delays
 * what passes. For tests, demonstrations and benchmarks: nothing that serves depends on it.
 * Threads, clocks, sockets and processes are what this package is about.
 */
@NullMarked
package dev.arpeggio.ensemble;

import org.jspecify.annotations.NullMarked;

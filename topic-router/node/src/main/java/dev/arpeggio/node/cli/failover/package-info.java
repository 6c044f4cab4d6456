/**
 * Benchmarks of what users feel when nodes go: a ring of processes on this machine, a load on every
 * partition, something that kills, pauses or restarts nodes meanwhile, and a judge of what arrived.
 * Uses the client library and the processes' command lines, as any user would; nothing here reaches
 * into a node.
 */
@NullMarked
package dev.arpeggio.node.cli.failover;

import org.jspecify.annotations.NullMarked;

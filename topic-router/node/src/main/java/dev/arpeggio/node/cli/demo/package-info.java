/**
 * The demo: a cluster of processes on this machine, a publisher, a consumer, something that kills
 * nodes, and a judge of what arrived. It uses the client library and the processes' command lines,
 * as any user would; nothing here reaches into a node.
 */
@NullMarked
package dev.arpeggio.node.cli.demo;

import org.jspecify.annotations.NullMarked;

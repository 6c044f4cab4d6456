/**
 * Benchmarks through the client library and real sockets, against a node in a process of its own or
 * a cluster that runs already. Whatever is measured is also counted: a benchmark that lost, doubled
 * or reordered a message has no figures. Uses nothing that an application could not use, except for
 * the baseline, which is ZooKeeper's own client.
 */
@NullMarked
package dev.arpeggio.node.cli.bench.load;

import org.jspecify.annotations.NullMarked;

/**
 * The daemon: what is started, in which order, with which settings. {@link
 * dev.arpeggio.node.ArpeggioNode} puts the parts together and owns their lives; decisions about
 * partitions are in {@code hosting}, the wire in {@code rpc}, the command line in {@code cli}.
 */
@NullMarked
package dev.arpeggio.node;

import org.jspecify.annotations.NullMarked;

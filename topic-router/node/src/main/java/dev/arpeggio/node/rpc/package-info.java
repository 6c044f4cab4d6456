/**
 * The wire: gRPC services over the partitions that this node hosts and the ring that it is part of.
 * Calls arrive on Netty's threads and hop to a partition's event loop once; whatever is sent on a
 * stream is sent from that loop. No decision about ownership is taken here.
 */
@NullMarked
package dev.arpeggio.node.rpc;

import org.jspecify.annotations.NullMarked;

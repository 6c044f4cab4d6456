/**
 * What the client library shares with the node. Not for users: it may change with any release, and
 * it shows types of gRPC.
 */
@NullMarked
package dev.arpeggio.client.internal;

import org.jspecify.annotations.NullMarked;

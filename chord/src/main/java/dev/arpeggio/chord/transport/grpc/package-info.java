/**
 * Calls between nodes over gRPC. The only package that knows gRPC and the generated messages; its
 * threads are gRPC's own.
 */
@NullMarked
package dev.arpeggio.chord.transport.grpc;

import org.jspecify.annotations.NullMarked;

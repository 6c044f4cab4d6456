/** Tests. */
@NullMarked
package dev.arpeggio.chord.transport.grpc;

import org.jspecify.annotations.NullMarked;

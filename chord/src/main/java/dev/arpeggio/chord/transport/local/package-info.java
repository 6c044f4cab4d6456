/** Calls between nodes of one process, without sockets. */
@NullMarked
package dev.arpeggio.chord.transport.local;

import org.jspecify.annotations.NullMarked;

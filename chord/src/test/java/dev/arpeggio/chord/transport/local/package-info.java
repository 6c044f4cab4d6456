/** Tests. */
@NullMarked
package dev.arpeggio.chord.transport.local;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package dev.arpeggio.chord.transport;

import org.jspecify.annotations.NullMarked;

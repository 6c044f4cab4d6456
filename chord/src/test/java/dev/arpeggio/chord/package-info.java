/** Tests. */
@NullMarked
package dev.arpeggio.chord;

import org.jspecify.annotations.NullMarked;

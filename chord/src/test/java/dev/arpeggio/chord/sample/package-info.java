/** The example of docs/chord.md, written by somebody who sees the public classes only. */
@NullMarked
package dev.arpeggio.chord.sample;

import org.jspecify.annotations.NullMarked;

/** The edge: threads and clocks for production. No protocol code. */
@NullMarked
package dev.arpeggio.chord.driver;

import org.jspecify.annotations.NullMarked;

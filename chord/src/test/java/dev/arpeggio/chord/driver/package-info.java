/** Tests. */
@NullMarked
package dev.arpeggio.chord.driver;

import org.jspecify.annotations.NullMarked;

/** The simulator. */
@NullMarked
package dev.arpeggio.simulator;

import org.jspecify.annotations.NullMarked;

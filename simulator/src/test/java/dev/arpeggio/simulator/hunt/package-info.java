/** The hunt's own tests: that it sees what is broken, and what it found. */
@NullMarked
package dev.arpeggio.simulator.hunt;

import org.jspecify.annotations.NullMarked;

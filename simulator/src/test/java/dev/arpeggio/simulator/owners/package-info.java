/** The owners' simulation, its checkers, and the mistakes that it has to see. */
@NullMarked
package dev.arpeggio.simulator.owners;

import org.jspecify.annotations.NullMarked;

/**
 * What the simulator's commands share in talking to a terminal. Reads the real clock, so it is no
 * part of any simulation.
 */
@NullMarked
package dev.arpeggio.simulator.terminal;

import org.jspecify.annotations.NullMarked;

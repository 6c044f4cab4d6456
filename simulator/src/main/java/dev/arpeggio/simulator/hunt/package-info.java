/**
 * The hunt for violations of the ring's invariants: plans of faults from a seed, the run of one
 * plan in virtual time, the invariants, the shrinking of a plan that breaks one, and the files in
 * which such plans are kept. {@link dev.arpeggio.simulator.hunt.World} is the centre.
 *
 * <p>Single-threaded. The nodes are those of production; only the network, the clocks and the
 * moments of death belong to this package. The real clock, the terminal and files are touched by
 * the commands alone.
 */
@NullMarked
package dev.arpeggio.simulator.hunt;

import org.jspecify.annotations.NullMarked;

/**
 * One very large ring of production nodes in virtual time. {@link
 * dev.arpeggio.simulator.scale.ScaleCommand} is the entrance; {@code LargeRing} cuts the circle
 * into arcs, each an {@code Arc} with an event queue of its own, and lets them run side by side.
 *
 * <p>An arc is single-threaded; what passes between two arcs is handed over between two windows of
 * time, when neither runs. The same seed makes the same run, with the same fingerprint, however
 * many threads there are. No faults may come in here: what is lean enough for a million nodes has
 * no room for them.
 */
@NullMarked
package dev.arpeggio.simulator.scale;

import org.jspecify.annotations.NullMarked;

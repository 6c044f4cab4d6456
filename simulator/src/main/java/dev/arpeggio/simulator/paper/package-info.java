/**
 * The published tables of Chord (I. Stoica et al., IEEE/ACM ToN 11(1), 2003) beside what the
 * production code does. {@link dev.arpeggio.simulator.paper.PaperCommand} is the entrance; one
 * class a table runs the experiment, on a {@code StillRing} or a {@code ChurnRun} where it needs a
 * ring, {@code Table} and what it consists of hold the outcome, and the rest prints it.
 *
 * <p>What is measured is the production code: placement by {@code IdSpace}, routing and maintenance
 * by {@code ChordNode}. No routing of its own may come in here.
 */
@NullMarked
package dev.arpeggio.simulator.paper;

import org.jspecify.annotations.NullMarked;

/**
 * The owners' simulation: several nodes that would own one partition, over the model of ZooKeeper,
 * with producers and consumers, faults drawn from a seed, and checkers that watch what is stored,
 * confirmed and delivered. {@link dev.arpeggio.simulator.owners.OwnersWorld} is the centre.
 *
 * <p>Single-threaded, in virtual time. The partitions are those of production; only ZooKeeper, the
 * loops, the clients, the topic of dead letters and the faults belong to the simulation. The real
 * clock and the terminal are touched by the command alone.
 */
@NullMarked
package dev.arpeggio.simulator.owners;

import org.jspecify.annotations.NullMarked;

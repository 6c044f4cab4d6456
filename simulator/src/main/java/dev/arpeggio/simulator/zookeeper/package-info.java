/**
 * ZooKeeper in memory and in virtual time: an ensemble of servers that follow one order of
 * transactions, sessions, and the client that a node uses through {@link
 * dev.arpeggio.queue.ZooKeeperPort}. {@link dev.arpeggio.simulator.zookeeper.Ensemble} is the
 * centre.
 *
 * <p>Single-threaded, on the event queue of the simulation. What it promises and what it leaves
 * open is held to a real server by a test that carries out the same operations on both. Election,
 * quorums and disks are not modelled but for what clients see of them; no partition, checker or
 * fault planner may come in here.
 */
@NullMarked
package dev.arpeggio.simulator.zookeeper;

import org.jspecify.annotations.NullMarked;

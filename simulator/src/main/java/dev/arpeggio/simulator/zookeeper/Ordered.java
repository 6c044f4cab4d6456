package dev.arpeggio.simulator.zookeeper;

import java.util.List;

/**
 * A request in the one order that all servers follow; also one that failed has its place.
 *
 * @param transaction its place
 * @param client number of the client that asked; -1 for the ensemble itself
 * @param changes empty if it failed
 */
public record Ordered(long transaction, int client, Answer answer, List<Change> changes) {}

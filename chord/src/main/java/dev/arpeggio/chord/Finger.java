package dev.arpeggio.chord;

/**
 * What is known of the place that a finger stands for.
 *
 * @param predecessor the node before the place, which can say who owns it
 * @param owner the first node at or after the place
 */
public record Finger(Peer predecessor, Peer owner) {}

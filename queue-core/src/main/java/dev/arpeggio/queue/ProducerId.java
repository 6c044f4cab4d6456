package dev.arpeggio.queue;

/**
 * 16 random bytes that a producer chose for its life, the first eight of them in {@code high},
 * big-endian.
 */
public record ProducerId(long high, long low) {}

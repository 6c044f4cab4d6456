package dev.arpeggio.queue;

/**
 * 16 random bytes that a consumer chose for its life, the first eight of them in {@code high},
 * big-endian.
 */
public record ConsumerId(long high, long low) {}

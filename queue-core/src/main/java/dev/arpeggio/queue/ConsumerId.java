package dev.arpeggio.queue;

/**
 * 16 bytes that a consumer chose for its life, the first eight of them in {@code high}, big-endian.
 * Consumers of the same subscription come in the order of these bytes; so they may begin with a
 * time.
 */
public record ConsumerId(long high, long low) {}

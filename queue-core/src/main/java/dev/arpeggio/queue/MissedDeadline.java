package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * No message of a key came for longer than the topic promises.
 *
 * @param key empty: unknown, as it is too long to be kept, or was last heard by a former owner;
 *     without bytes: messages without a key
 * @param missed how many deadlines were missed since this owner took over
 */
public record MissedDeadline(Optional<ByteBuffer> key, long missed) {}

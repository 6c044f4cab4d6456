package dev.arpeggio.queue;

import java.nio.ByteBuffer;

/**
 * Messages on their way to one consumer, which holds a lease on each.
 *
 * @param firstOffset offset of the first; the others follow without gap
 * @param count number of messages, at least 1
 * @param redeliveries how often these messages were delivered before, as far as this owner knows
 * @param publishTimeMillis time of their commit by the owner's clock, milliseconds since 1970
 * @param messages their frames: a read-only view of the stored segment, valid for as long as it is
 *     referenced
 */
public record Delivery(
    long firstOffset, int count, int redeliveries, long publishTimeMillis, ByteBuffer messages) {}

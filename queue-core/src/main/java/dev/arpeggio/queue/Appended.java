package dev.arpeggio.queue;

import java.util.OptionalLong;

/**
 * A batch is durable.
 *
 * @param lastOffset offset of the batch's last message; empty for a repeat whose offset is no
 *     longer known
 */
public record Appended(OptionalLong lastOffset) {}

package dev.arpeggio.queue;

/**
 * How a redrive ended.
 *
 * @param moved messages that are stored where they were to go, and acknowledged here
 * @param skipped messages that are with a consumer, or do not say where they come from
 * @param refused messages that could not be stored where they were to go, and are here still; the
 *     redrive ends at the first of them
 */
public record Redriven(long moved, long skipped, long refused) {}

package dev.arpeggio.client;

/**
 * How a redrive ended.
 *
 * @param moved messages that are stored where they were to go, and are here no more
 * @param skipped messages that are with a consumer, or do not say where they came from
 * @param refused messages that the target did not take, and that are here still; the redrive ends
 *     at the first of them
 */
public record Redriven(long moved, long skipped, long refused) {}

package dev.arpeggio.client;

import java.util.OptionalLong;

/**
 * A message is durable: on disk on a quorum of the ZooKeeper servers.
 *
 * @param partition where the message is
 * @param offset where in the partition; absent when one confirmation served several batches and
 *     this message was not in the last of them, or when the owner recognised a repeat whose offset
 *     it no longer knows
 */
public record Confirmation(int partition, OptionalLong offset) {}

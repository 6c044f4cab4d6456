package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.util.concurrent.CompletableFuture;

/**
 * A message whose partition is not known, because the number of partitions is not.
 *
 * @param key empty: it has none
 * @param framed as {@link MessageCodec#writeFramed} wrote it
 * @param size of the encoded message, without the frame
 * @param deadlineNanos when it is given up
 */
record Unrouted(
    ByteString key,
    ByteString framed,
    int size,
    CompletableFuture<Confirmation> future,
    long deadlineNanos) {}

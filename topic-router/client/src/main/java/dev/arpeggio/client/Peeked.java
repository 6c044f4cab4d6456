package dev.arpeggio.client;

import java.util.List;

/**
 * A look at a partition.
 *
 * @param messages in the order of their offsets
 * @param nextOffset where to go on: everything before was looked at
 */
public record Peeked(List<PeekedMessage> messages, long nextOffset) {
  public Peeked {
    messages = List.copyOf(messages);
  }
}

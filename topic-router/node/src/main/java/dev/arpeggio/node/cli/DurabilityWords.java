package dev.arpeggio.node.cli;

import dev.arpeggio.client.Durability;

/** Reads a kind of durability. */
final class DurabilityWords extends Words<Durability> {
  DurabilityWords() {
    super(Durability.class);
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.client.Ownership;

/** Reads a kind of ownership. */
final class OwnershipWords extends Words<Ownership> {
  OwnershipWords() {
    super(Ownership.class);
  }
}

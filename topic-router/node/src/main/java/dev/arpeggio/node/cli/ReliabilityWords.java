package dev.arpeggio.node.cli;

import dev.arpeggio.client.Reliability;

/** Reads a kind of reliability. */
final class ReliabilityWords extends Words<Reliability> {
  ReliabilityWords() {
    super(Reliability.class);
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.client.WhenFull;

/** Reads what a full partition does, such as drop-oldest. */
final class WhenFullWords extends Words<WhenFull> {
  WhenFullWords() {
    super(WhenFull.class);
  }
}

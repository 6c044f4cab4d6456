package dev.arpeggio.node.cli;

import dev.arpeggio.client.SubscriptionKind;

/** Reads a kind of subscription, such as key-shared. */
final class Kinds extends Words<SubscriptionKind> {
  Kinds() {
    super(SubscriptionKind.class);
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.client.SubscriptionStart;

/** Where subscriptions begin, in the words of the command line. */
final class StartWords extends Words<SubscriptionStart> {
  StartWords() {
    super(SubscriptionStart.class);
  }
}

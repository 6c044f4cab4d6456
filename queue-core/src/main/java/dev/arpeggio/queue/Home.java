package dev.arpeggio.queue;

/** What the subscriptions of a partition share. */
record Home(
    OwnerContext context,
    PartitionId id,
    TopicConfig config,
    Log log,
    LogIndex index,
    BodyMemory memory) {
  EventLoop loop() {
    return context.loop();
  }
}

package dev.arpeggio.queue;

/** Shows where a subscription has its messages. */
record SubscriptionViewer(Backlog backlog, Leases leases) implements Peek.Viewer {
  @Override
  public long firstVisible(long offset, long end) {
    return backlog.firstUnacknowledged(offset, end);
  }

  @Override
  public PeekedMessages.State stateOf(long offset) {
    if (backlog.isWithdrawn(offset)) {
      return PeekedMessages.State.MOVING;
    } else if (leases.contains(offset)) {
      return PeekedMessages.State.LEASED;
    }
    return backlog.isWaiting(offset) ? PeekedMessages.State.WAITING : PeekedMessages.State.READY;
  }

  @Override
  public int failures(long offset) {
    return leases.contains(offset) ? leases.failures(offset) : backlog.failures(offset);
  }
}

package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * One partition of a consumer: its inbox, which the state's lock guards, and its reader, which is
 * the loop's.
 */
final class ConsumedPartition implements PartitionReader.Consuming {
  /** What the topic hears of its partitions; called on the loop, without the lock. */
  interface Listener {
    /**
     * A stream stands, perhaps not the first one.
     *
     * @param partitionsThere how many the topic has, as far as its node knows
     */
    void attached(int partitionsThere);

    /** Messages may have come. */
    void arrived();

    /** The partition cannot be consumed for good. */
    void refused(ArpeggioException failure);
  }

  private final ConsumerState state;
  private final EventLoop loop;
  private final Listener listener;
  private final Inbox inbox;
  private final PartitionReader reader;
  private boolean wakeUpSent;

  ConsumedPartition(
      PartitionLink.Environment environment,
      ConsumerState state,
      String topic,
      int number,
      ConsumerOptions options,
      ByteString consumerId,
      Listener listener) {
    this.state = state;
    this.loop = environment.loop();
    this.listener = listener;
    this.inbox = new Inbox(state.budget());
    this.reader = new PartitionReader(environment, topic, number, options, consumerId, this);
  }

  /** With the lock held. */
  Inbox inbox() {
    return inbox;
  }

  /** With the lock held: has the reader look for what to send. */
  void wake() {
    if ((acknowledgementsDue() || inbox.errandsDue()) && !wakeUpSent) {
      wakeUpSent = true;
      loop.execute(reader::pump);
    }
  }

  private boolean acknowledgementsDue() {
    return inbox.acknowledgementsDue(PartitionReader.acknowledgementBatch(state.budget().share()));
  }

  // --- On the loop ---

  void open() {
    reader.open();
  }

  void close() {
    reader.close();
  }

  /** Forgets everything: the topic is consumed no more. */
  void leave() {
    state.lock();
    try {
      forgetAll();
    } finally {
      state.unlock();
    }
    reader.close();
  }

  @Override
  public int share() {
    state.lock();
    try {
      return state.budget().share();
    } finally {
      state.unlock();
    }
  }

  @Override
  public PartitionReader.Outgoing next() {
    state.lock();
    try {
      wakeUpSent = false;
      List<OffsetRanges.Range> acknowledgements =
          acknowledgementsDue() ? inbox.takeUnsent() : List.of();
      return new PartitionReader.Outgoing(
          acknowledgements,
          inbox.takeErrands(),
          state.budget().share(),
          inbox.occupied(),
          inbox.unconfirmed());
    } finally {
      state.unlock();
    }
  }

  @Override
  public boolean deliver(List<ReceivedMessage> messages) {
    boolean news;
    state.lock();
    try {
      boolean wasReady = inbox.hasQueued();
      long before = inbox.occupied();
      messages.forEach(inbox::deliver);
      if (!wasReady && inbox.hasQueued()) {
        state.becameReady(inbox);
      }
      state.signalArrived();
      news = inbox.occupied() > before;
    } finally {
      state.unlock();
    }
    listener.arrived();
    return news;
  }

  @Override
  public void confirmed(List<OffsetRanges.Range> ranges) {
    state.lock();
    try {
      ranges.forEach(inbox::confirmed);
      state.signalConfirmed();
    } finally {
      state.unlock();
    }
  }

  @Override
  public void attached(boolean otherTopic, int partitionsThere) {
    state.lock();
    try {
      state.reached();
      if (otherTopic) {
        forgetAll();
      }
      inbox.streamAttached();
    } finally {
      state.unlock();
    }
    listener.attached(partitionsThere);
  }

  @Override
  public void interrupted(ArpeggioException failure) {
    state.lock();
    try {
      state.interrupted(failure);
      if (failure.reason() == Reason.SUBSCRIPTION_MOVED) {
        forgetAll();
      }
    } finally {
      state.unlock();
    }
  }

  @Override
  public void refused(ArpeggioException failure) {
    listener.refused(failure);
  }

  private void forgetAll() {
    state.noLongerReady(inbox);
    inbox.forgetAll();
    state.signalConfirmed();
  }
}

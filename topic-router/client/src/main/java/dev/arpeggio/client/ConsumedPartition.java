package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.function.Consumer;

/**
 * One partition of a consumer: its inbox, which the state's lock guards, and its reader, which is
 * the loop's.
 */
final class ConsumedPartition implements PartitionReader.Consuming {
  private final ConsumerState state;
  private final EventLoop loop;
  private final Consumer<ArpeggioException> onRefused;
  private final Inbox inbox = new Inbox();
  private final PartitionReader reader;
  private final int acknowledgementBatch;
  private boolean wakeUpSent;

  /**
   * @param share most messages to hold of this partition
   * @param onRefused called on the loop when the partition cannot be consumed for good
   */
  ConsumedPartition(
      PartitionLink.Environment environment,
      ConsumerState state,
      String topic,
      int number,
      ConsumerOptions options,
      ByteString consumerId,
      int share,
      Consumer<ArpeggioException> onRefused) {
    this.state = state;
    this.loop = environment.loop();
    this.onRefused = onRefused;
    this.acknowledgementBatch = PartitionReader.acknowledgementBatch(share);
    this.reader = new PartitionReader(environment, topic, number, options, consumerId, share, this);
  }

  /** With the lock held. */
  Inbox inbox() {
    return inbox;
  }

  /** With the lock held: has the reader look for what to send. */
  void wake() {
    boolean due = inbox.acknowledgementsDue(acknowledgementBatch) || inbox.errandsDue();
    if (due && !wakeUpSent) {
      wakeUpSent = true;
      loop.execute(reader::pump);
    }
  }

  // --- On the loop ---

  void open() {
    reader.open();
  }

  void close() {
    reader.close();
  }

  @Override
  public PartitionReader.Outgoing next() {
    state.lock();
    try {
      wakeUpSent = false;
      List<OffsetRanges.Range> acknowledgements =
          inbox.acknowledgementsDue(acknowledgementBatch) ? inbox.takeUnsent() : List.of();
      return new PartitionReader.Outgoing(
          acknowledgements, inbox.takeErrands(), inbox.occupied(), inbox.unconfirmed());
    } finally {
      state.unlock();
    }
  }

  @Override
  public boolean deliver(List<ReceivedMessage> messages) {
    state.lock();
    try {
      boolean wasReady = inbox.hasQueued();
      long before = inbox.occupied();
      messages.forEach(inbox::deliver);
      if (!wasReady && inbox.hasQueued()) {
        state.becameReady(inbox);
      }
      state.signalArrived();
      return inbox.occupied() > before;
    } finally {
      state.unlock();
    }
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
  public void attached() {
    state.lock();
    try {
      state.attached();
      inbox.streamAttached();
    } finally {
      state.unlock();
    }
  }

  @Override
  public void interrupted(ArpeggioException failure) {
    state.lock();
    try {
      state.interrupted(failure);
      if (failure.reason() == Reason.SUBSCRIPTION_MOVED) {
        state.noLongerReady(inbox);
        inbox.forgetAll();
        state.signalConfirmed();
      }
    } finally {
      state.unlock();
    }
  }

  @Override
  public void refused(ArpeggioException failure) {
    onRefused.accept(failure);
  }
}

package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The consumer as its application sees it: one bounded queue out of all partitions of a topic, in
 * turn, each in the order of its offsets.
 *
 * <p>Thread rule: everything not final, and the inboxes, are guarded by {@code lock}; {@code
 * lookup} and the readers are the loop's.
 */
final class TopicConsumer implements Consumer, Endpoint {
  private final PartitionLink.Environment environment;
  private final EventLoop loop;
  private final String topic;
  private final ConsumerOptions options;
  private final Duration closeTimeout;
  private final ByteString consumerId;
  private final java.util.function.Consumer<Endpoint> onClosed;
  private final TopicLookup lookup;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition confirmed = lock.newCondition();
  // Empty until the topic has been located; then fixed.
  private List<Partition> partitions = List.of();
  // Those with something queued, each once, the next to be served first.
  private final Deque<Partition> ready = new ArrayDeque<>();
  private boolean everAttached;
  // Why there has been no stream so far.
  private @Nullable ArpeggioException unreachable;
  private @Nullable ArpeggioException ended;

  /**
   * @param consumerId unique among all consumers
   * @param closeTimeout longest wait for acknowledgements when closing
   * @param onClosed called once, by whoever closes
   */
  TopicConsumer(
      PartitionLink.Environment environment,
      String topic,
      ConsumerOptions options,
      Duration closeTimeout,
      ByteString consumerId,
      java.util.function.Consumer<Endpoint> onClosed) {
    this.environment = environment;
    this.loop = environment.loop();
    this.topic = topic;
    this.options = options;
    this.closeTimeout = closeTimeout;
    this.consumerId = consumerId;
    this.onClosed = onClosed;
    this.lookup =
        new TopicLookup(
            loop, environment.router(), environment.random(), topic, new LookupListener());
    loop.execute(lookup::start);
  }

  @Override
  public Optional<ReceivedMessage> receive(Duration timeout) {
    List<ReceivedMessage> received = receiveBatch(1, timeout);
    return received.isEmpty() ? Optional.empty() : Optional.of(received.get(0));
  }

  @Override
  public List<ReceivedMessage> receiveBatch(int max, Duration timeout) {
    if (max < 1) {
      throw new IllegalArgumentException("max is not positive: " + max);
    }
    loop.requireOutside("receive");
    lock.lock();
    try {
      awaitMessage(timeout);
      List<ReceivedMessage> received = new ArrayList<>();
      while (received.size() < max && !ready.isEmpty()) {
        Partition partition = ready.remove();
        while (received.size() < max && partition.inbox.hasQueued()) {
          received.add(partition.inbox.take());
        }
        if (partition.inbox.hasQueued()) {
          ready.add(partition);
        }
      }
      return received;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void acknowledge(ReceivedMessage message) {
    lock.lock();
    try {
      requireOpen();
      Partition partition = partitionOf(message);
      if (partition.inbox.acknowledge(message.offset())) {
        partition.wake();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void release(ReceivedMessage message) {
    lock.lock();
    try {
      requireOpen();
      Partition partition = partitionOf(message);
      if (partition.inbox.release(message.offset())) {
        partition.wake();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flushAcknowledgements(Duration timeout) {
    loop.requireOutside("flushAcknowledgements");
    lock.lock();
    try {
      if (!awaitConfirmed(timeout)) {
        throw new ArpeggioException(
            Reason.TIMED_OUT,
            "Not all acknowledgements to topic " + topic + " became durable within " + timeout);
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    close(loop.nowNanos() + closeTimeout.toNanos());
  }

  @Override
  public void close(long deadlineNanos) {
    loop.requireOutside("close");
    lock.lock();
    try {
      if (ended != null && ended.reason() == Reason.CLOSED) {
        return;
      }
      if (ended == null) {
        awaitConfirmed(Duration.ofNanos(deadlineNanos - loop.nowNanos()));
      }
    } catch (InterruptedException e) {
      // Closing goes on without waiting.
      Thread.currentThread().interrupt();
    } catch (ArpeggioException e) {
      // The consumer ended meanwhile: nobody is left to wait for.
    } finally {
      endWith(Failures.closed("consumer"));
      lock.unlock();
    }
    loop.execute(this::closeStreams);
    onClosed.accept(this);
  }

  @Override
  public void abort(ArpeggioException reason) {
    fail(reason);
  }

  // --- On callers' threads, with the lock held ---

  private void awaitMessage(Duration timeout) {
    long left = TimeUnit.NANOSECONDS.convert(timeout);
    try {
      while (ready.isEmpty()) {
        requireNotEnded();
        if (left <= 0) {
          if (!everAttached && unreachable != null) {
            throw unreachable;
          }
          return;
        }
        left = arrived.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    }
    if (ended != null && ended.reason() == Reason.CLOSED) {
      throw ended;
    }
  }

  /** Waits until the acknowledgements made so far are durable; false if time ran out. */
  private boolean awaitConfirmed(Duration timeout) throws InterruptedException {
    requireNotEnded();
    Map<Inbox, OffsetRanges> watched = new LinkedHashMap<>();
    for (Partition partition : partitions) {
      if (partition.inbox.unconfirmed() > 0) {
        watched.put(partition.inbox, partition.inbox.watchUnconfirmed());
      }
    }
    try {
      long left = TimeUnit.NANOSECONDS.convert(timeout);
      while (!watched.values().stream().allMatch(OffsetRanges::isEmpty)) {
        requireNotEnded();
        if (left <= 0) {
          return false;
        }
        left = confirmed.awaitNanos(left);
      }
      return true;
    } finally {
      watched.forEach(Inbox::forget);
    }
  }

  private void requireNotEnded() {
    if (ended != null) {
      throw ended;
    }
  }

  private void requireOpen() {
    if (ended != null && ended.reason() == Reason.CLOSED) {
      throw ended;
    }
  }

  private Partition partitionOf(ReceivedMessage message) {
    if (message.partition() < 0 || message.partition() >= partitions.size()) {
      throw new IllegalArgumentException(
          "not a message of topic " + topic + ": partition " + message.partition());
    }
    return partitions.get(message.partition());
  }

  private void endWith(ArpeggioException reason) {
    ended = reason;
    arrived.signalAll();
    confirmed.signalAll();
  }

  // --- On the loop ---

  private void fail(ArpeggioException reason) {
    lock.lock();
    try {
      if (ended == null) {
        endWith(reason);
      }
    } finally {
      lock.unlock();
    }
    closeStreams();
  }

  private void closeStreams() {
    lookup.stop();
    currentPartitions().forEach(partition -> partition.reader.close());
  }

  private List<Partition> currentPartitions() {
    lock.lock();
    try {
      return partitions;
    } finally {
      lock.unlock();
    }
  }

  private void start(Route route) {
    int share = Math.max(1, options.credit() / route.partitions());
    List<Partition> created = new ArrayList<>();
    for (int i = 0; i < route.partitions(); i++) {
      created.add(new Partition(i, share));
    }
    lock.lock();
    try {
      partitions = List.copyOf(created);
    } finally {
      lock.unlock();
    }
    created.forEach(partition -> partition.reader.open());
  }

  /** One partition's inbox, which the lock guards, and its reader, which is the loop's. */
  private final class Partition implements PartitionReader.Consuming {
    private final Inbox inbox = new Inbox();
    private final PartitionReader reader;
    private final int acknowledgementBatch;
    private boolean wakeUpSent;

    Partition(int number, int share) {
      acknowledgementBatch = PartitionReader.acknowledgementBatch(share);
      reader = new PartitionReader(environment, topic, number, options, consumerId, share, this);
    }

    /** With the lock held: has the reader look for what to send. */
    void wake() {
      boolean due = inbox.acknowledgementsDue(acknowledgementBatch) || inbox.releasesDue();
      if (due && !wakeUpSent) {
        wakeUpSent = true;
        loop.execute(reader::pump);
      }
    }

    @Override
    public PartitionReader.Outgoing next() {
      lock.lock();
      try {
        wakeUpSent = false;
        List<OffsetRanges.Range> acknowledgements =
            inbox.acknowledgementsDue(acknowledgementBatch) ? inbox.takeUnsent() : List.of();
        return new PartitionReader.Outgoing(
            acknowledgements, inbox.takeReleased(), inbox.occupied(), inbox.unconfirmed());
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean deliver(List<ReceivedMessage> messages) {
      lock.lock();
      try {
        boolean wasReady = inbox.hasQueued();
        long before = inbox.occupied();
        messages.forEach(inbox::deliver);
        if (!wasReady && inbox.hasQueued()) {
          ready.add(this);
        }
        arrived.signalAll();
        return inbox.occupied() > before;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void confirmed(List<OffsetRanges.Range> ranges) {
      lock.lock();
      try {
        ranges.forEach(inbox::confirmed);
        confirmed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void attached() {
      lock.lock();
      try {
        everAttached = true;
        inbox.streamAttached();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void interrupted(ArpeggioException failure) {
      lock.lock();
      try {
        noteUnreachable(failure);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void refused(ArpeggioException failure) {
      fail(failure);
    }
  }

  private void noteUnreachable(ArpeggioException failure) {
    if (failure.reason() == Reason.UNREACHABLE) {
      unreachable = failure;
    }
  }

  private final class LookupListener implements TopicLookup.Listener {
    @Override
    public void found(Route route) {
      start(route);
    }

    @Override
    public void roundFailed(ArpeggioException failure) {
      lock.lock();
      try {
        noteUnreachable(failure);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void refused(ArpeggioException failure) {
      fail(failure);
    }
  }
}

package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The consumer as its application sees it: one bounded queue out of all partitions of a topic, in
 * turn, each in the order of its offsets.
 *
 * <p>Thread rule: {@code partitions} and the inboxes are guarded by the state's lock; {@code
 * lookup} and the readers are the loop's.
 */
final class TopicConsumer implements Consumer, Endpoint {
  private static final Duration SHORTEST_EXTENSION = Duration.ofMillis(1);

  private final PartitionLink.Environment environment;
  private final EventLoop loop;
  private final String topic;
  private final ConsumerOptions options;
  private final Duration closeTimeout;
  private final ByteString consumerId;
  private final java.util.function.Consumer<Endpoint> onClosed;
  private final TopicLookup lookup;
  private final ConsumerState state = new ConsumerState();
  // Empty until the topic has been located; then fixed.
  private List<ConsumedPartition> partitions = List.of();

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
    state.lock();
    try {
      state.awaitMessage(timeout);
      return state.take(max);
    } finally {
      state.unlock();
    }
  }

  @Override
  public void acknowledge(ReceivedMessage message) {
    change(message, inbox -> inbox.acknowledge(message.offset()));
  }

  @Override
  public void release(ReceivedMessage message) {
    change(message, inbox -> inbox.release(message.offset()));
  }

  @Override
  public void retry(ReceivedMessage message) {
    change(message, inbox -> inbox.retry(message.offset(), Optional.empty()));
  }

  @Override
  public void retry(ReceivedMessage message, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException("delay is not in 0 .. " + LONGEST_WAIT + ": " + delay);
    }
    change(message, inbox -> inbox.retry(message.offset(), Optional.of(delay)));
  }

  @Override
  public void reject(ReceivedMessage message, String reason) {
    if (reason.length() > MAX_REASON_LENGTH) {
      throw new IllegalArgumentException(
          "the reason is longer than " + MAX_REASON_LENGTH + " characters: " + reason.length());
    }
    change(message, inbox -> inbox.reject(message.offset(), reason));
  }

  @Override
  public void extend(ReceivedMessage message, Duration time) {
    if (time.compareTo(SHORTEST_EXTENSION) < 0 || time.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "time is not in " + SHORTEST_EXTENSION + " .. " + LONGEST_WAIT + ": " + time);
    }
    change(message, inbox -> inbox.extend(message.offset(), time));
  }

  /** Does something about a message that is held, and has it sent if there was something to do. */
  private void change(ReceivedMessage message, Predicate<Inbox> change) {
    state.lock();
    try {
      state.requireOpen();
      ConsumedPartition partition = partitionOf(message);
      if (change.test(partition.inbox())) {
        partition.wake();
      }
    } finally {
      state.unlock();
    }
  }

  @Override
  public void flushAcknowledgements(Duration timeout) {
    loop.requireOutside("flushAcknowledgements");
    state.lock();
    try {
      if (!state.awaitConfirmed(inboxes(), timeout)) {
        throw new ArpeggioException(
            Reason.TIMED_OUT,
            "Not all acknowledgements to topic " + topic + " became durable within " + timeout);
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    } finally {
      state.unlock();
    }
  }

  @Override
  public void close() {
    close(loop.nowNanos() + closeTimeout.toNanos());
  }

  @Override
  public void close(long deadlineNanos) {
    loop.requireOutside("close");
    state.lock();
    try {
      if (state.isClosed()) {
        return;
      }
      if (!state.hasEnded()) {
        state.awaitConfirmed(inboxes(), Duration.ofNanos(deadlineNanos - loop.nowNanos()));
      }
    } catch (InterruptedException e) {
      // Closing goes on without waiting.
      Thread.currentThread().interrupt();
    } catch (ArpeggioException e) {
      // The consumer ended meanwhile: nobody is left to wait for.
    } finally {
      state.end(Failures.closed("consumer"));
      state.unlock();
    }
    loop.execute(this::closeStreams);
    onClosed.accept(this);
  }

  @Override
  public void abort(ArpeggioException reason) {
    fail(reason);
  }

  // --- On callers' threads, with the lock held ---

  private List<Inbox> inboxes() {
    return partitions.stream().map(ConsumedPartition::inbox).toList();
  }

  private ConsumedPartition partitionOf(ReceivedMessage message) {
    if (message.partition() < 0 || message.partition() >= partitions.size()) {
      throw new IllegalArgumentException(
          "not a message of topic " + topic + ": partition " + message.partition());
    }
    return partitions.get(message.partition());
  }

  // --- On the loop ---

  private void fail(ArpeggioException reason) {
    state.lock();
    try {
      if (!state.hasEnded()) {
        state.end(reason);
      }
    } finally {
      state.unlock();
    }
    closeStreams();
  }

  private void closeStreams() {
    lookup.stop();
    currentPartitions().forEach(ConsumedPartition::close);
  }

  private List<ConsumedPartition> currentPartitions() {
    state.lock();
    try {
      return partitions;
    } finally {
      state.unlock();
    }
  }

  private void start(Route route) {
    int share = Math.max(1, options.credit() / route.partitions());
    List<ConsumedPartition> created = new ArrayList<>();
    for (int i = 0; i < route.partitions(); i++) {
      created.add(
          new ConsumedPartition(
              environment, state, topic, i, options, consumerId, share, this::fail));
    }
    state.lock();
    try {
      partitions = List.copyOf(created);
    } finally {
      state.unlock();
    }
    created.forEach(ConsumedPartition::open);
  }

  private final class LookupListener implements TopicLookup.Listener {
    @Override
    public void found(Route route) {
      start(route);
    }

    @Override
    public void roundFailed(ArpeggioException failure) {
      state.lock();
      try {
        state.interrupted(failure);
      } finally {
        state.unlock();
      }
    }

    @Override
    public void refused(ArpeggioException failure) {
      fail(failure);
    }
  }
}

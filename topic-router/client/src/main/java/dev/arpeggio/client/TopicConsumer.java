package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The consumer as its application sees it: one bounded queue out of all partitions of all its
 * topics, in turn, each in the order of its offsets.
 *
 * <p>Thread rule: {@code topics} and the inboxes are guarded by the state's lock; the watch, and
 * what the topics do, are the loop's.
 */
final class TopicConsumer implements Consumer, Endpoint {
  private static final Logger LOGGER = System.getLogger(TopicConsumer.class.getName());
  private static final Duration SHORTEST_EXTENSION = Duration.ofMillis(1);
  // A stream each.
  private static final int MAX_PARTITIONS = 10_000;

  private final PartitionLink.Environment environment;
  private final EventLoop loop;
  private final ConsumerOptions options;
  private final Duration closeTimeout;
  private final ByteString consumerId;
  private final java.util.function.Consumer<Endpoint> onClosed;
  private final String what;
  private final Predicate<String> isMine;
  private final @Nullable TopicWatch watch;
  private final ConsumerState state;
  private final Map<String, ConsumedTopic> topics = new LinkedHashMap<>();

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
    this.options = options;
    this.closeTimeout = closeTimeout;
    this.consumerId = consumerId;
    this.onClosed = onClosed;
    this.what = "topic " + topic;
    this.isMine = topic::equals;
    this.watch = null;
    this.state = new ConsumerState(options.credit());
    loop.execute(() -> join(Map.of(topic, 1)));
  }

  /** Of all topics that match, also later. */
  TopicConsumer(
      PartitionLink.Environment environment,
      AnyNode anyNode,
      Topics wanted,
      ConsumerOptions options,
      Duration closeTimeout,
      ByteString consumerId,
      java.util.function.Consumer<Endpoint> onClosed) {
    this.environment = environment;
    this.loop = environment.loop();
    this.options = options;
    this.closeTimeout = closeTimeout;
    this.consumerId = consumerId;
    this.onClosed = onClosed;
    this.what = "topics " + wanted;
    this.isMine = topic -> wanted.include(topic, false) || wanted.include(topic, true);
    this.state = new ConsumerState(options.credit());
    TopicWatch created =
        new TopicWatch(
            loop,
            anyNode,
            environment.random(),
            wanted,
            environment.attachTimeout(),
            new WatchEvents());
    this.watch = created;
    loop.execute(created::start);
  }

  @Override
  public List<String> topics() {
    state.lock();
    try {
      return List.copyOf(new TreeSet<>(topics.keySet()));
    } finally {
      state.unlock();
    }
  }

  @Override
  public Optional<ReceivedMessage> receive(Duration timeout) {
    List<ReceivedMessage> received = receiveBatch(1, timeout);
    return received.isEmpty() ? Optional.empty() : Optional.of(received.get(0));
  }

  @Override
  public List<ReceivedMessage> receiveBatch(int max, Duration timeout) {
    requirePositive(max);
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
  public CompletableFuture<List<ReceivedMessage>> receiveAsync(int max) {
    requirePositive(max);
    CompletableFuture<List<ReceivedMessage>> future = new CompletableFuture<>();
    state.lock();
    try {
      if (!state.waiters().add(max, future)) {
        return CompletableFuture.failedFuture(
            new ArpeggioException(
                Reason.LIMIT_EXCEEDED,
                "More than " + MAX_WAITING + " receives wait for messages of " + what,
                Map.of("limit", String.valueOf(MAX_WAITING)),
                null));
      }
    } finally {
      state.unlock();
    }
    // Always on the loop: who asks for the next from the completion of the last goes no deeper.
    loop.execute(this::serveWaiters);
    return future;
  }

  private static void requirePositive(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("max is not positive: " + max);
    }
  }

  @Override
  public void acknowledge(ReceivedMessage message) {
    change(message, inbox -> inbox.acknowledge(message));
  }

  @Override
  public void release(ReceivedMessage message) {
    change(message, inbox -> inbox.release(message));
  }

  @Override
  public void retry(ReceivedMessage message) {
    change(message, inbox -> inbox.retry(message, Optional.empty()));
  }

  @Override
  public void retry(ReceivedMessage message, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException("delay is not in 0 .. " + LONGEST_WAIT + ": " + delay);
    }
    change(message, inbox -> inbox.retry(message, Optional.of(delay)));
  }

  @Override
  public void reject(ReceivedMessage message, String reason) {
    if (reason.length() > MAX_REASON_LENGTH) {
      throw new IllegalArgumentException(
          "the reason is longer than " + MAX_REASON_LENGTH + " characters: " + reason.length());
    }
    change(message, inbox -> inbox.reject(message, reason));
  }

  @Override
  public void extend(ReceivedMessage message, Duration time) {
    if (time.compareTo(SHORTEST_EXTENSION) < 0 || time.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "time is not in " + SHORTEST_EXTENSION + " .. " + LONGEST_WAIT + ": " + time);
    }
    change(message, inbox -> inbox.extend(message, time));
  }

  /** Does something about a message that is held, and has it sent if there was something to do. */
  private void change(ReceivedMessage message, Predicate<Inbox> change) {
    if (!isMine.test(message.topic())) {
      throw new IllegalArgumentException("not a message of " + what + ": " + message.topic());
    }
    state.lock();
    try {
      state.requireOpen();
      ConsumedTopic topic = topics.get(message.topic());
      // The topic may have been deleted since.
      if (topic != null && message.partition() < topic.partitions().size()) {
        ConsumedPartition partition = topic.partitions().get(message.partition());
        if (change.test(partition.inbox())) {
          partition.wake();
        }
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
            "Not all acknowledgements to " + what + " became durable within " + timeout);
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

  // --- With the lock held ---

  private List<Inbox> inboxes() {
    return topics.values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .map(ConsumedPartition::inbox)
        .toList();
  }

  // --- On the loop ---

  /**
   * Joins those of these topics that it has not joined.
   *
   * @param partitions how many each has, as far as is known
   */
  private void join(Map<String, Integer> partitions) {
    List<ConsumedTopic> joined = new ArrayList<>();
    List<String> tooMany = new ArrayList<>();
    state.lock();
    try {
      if (state.hasEnded()) {
        return;
      }
      for (Map.Entry<String, Integer> found : partitions.entrySet()) {
        String name = found.getKey();
        if (topics.containsKey(name)) {
          continue;
        }
        if (state.budget().partitions() + found.getValue() > MAX_PARTITIONS) {
          tooMany.add(name);
          continue;
        }
        ConsumedTopic topic =
            new ConsumedTopic(environment, state, name, options, consumerId, new TopicEvents());
        topics.put(name, topic);
        topic.count(found.getValue());
        joined.add(topic);
      }
    } finally {
      state.unlock();
    }
    if (!tooMany.isEmpty()) {
      LOGGER.log(
          Logger.Level.WARNING,
          "Not consumed, as all would be more than {0} partitions: {1} topics, the first of them {2}",
          MAX_PARTITIONS,
          tooMany.size(),
          tooMany.get(0));
    }
    // All are counted before the first one asks for its share.
    joined.forEach(ConsumedTopic::start);
  }

  private void leave(ConsumedTopic topic) {
    state.lock();
    try {
      topics.remove(topic.name(), topic);
    } finally {
      state.unlock();
    }
    topic.leave();
  }

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
    if (watch != null) {
      watch.stop();
    }
    current().forEach(ConsumedTopic::close);
    serveWaiters();
  }

  private List<ConsumedTopic> current() {
    state.lock();
    try {
      return List.copyOf(topics.values());
    } finally {
      state.unlock();
    }
  }

  /** Completes the futures of those who wait, as far as there is something to say. */
  private void serveWaiters() {
    while (true) {
      Runnable completion;
      state.lock();
      try {
        completion = state.waiters().next(state, this::giveBack);
      } finally {
        state.unlock();
      }
      if (completion == null) {
        return;
      }
      completion.run();
    }
  }

  /** Nobody wants these any more. */
  private void giveBack(List<ReceivedMessage> messages) {
    state.lock();
    try {
      if (!state.isClosed()) {
        messages.forEach(this::release);
      }
    } finally {
      state.unlock();
    }
  }

  private final class TopicEvents implements ConsumedTopic.Listener {
    @Override
    public void arrived() {
      serveWaiters();
    }

    @Override
    public void refused(ConsumedTopic topic, ArpeggioException failure) {
      if (watch != null && failure.reason() == Reason.TOPIC_NOT_FOUND) {
        leave(topic);
      } else {
        fail(failure);
      }
    }
  }

  private final class WatchEvents implements TopicWatch.Listener {
    @Override
    public void found(Map<String, Integer> partitions) {
      state.lock();
      try {
        state.reached();
      } finally {
        state.unlock();
      }
      current().forEach(topic -> topic.listed(partitions.containsKey(topic.name())));
      join(partitions);
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

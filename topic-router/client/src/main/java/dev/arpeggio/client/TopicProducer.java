package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The producer as its senders see it: encodes messages into batches on the callers' threads, holds
 * them back when too much is in flight, and leaves the batches to the pipelines on the event loop.
 *
 * <p>Thread rule: everything not final is guarded by {@code lock}, except what is marked as the
 * loop's, {@code lookup} and the pipelines' insides. The lock is held for one encoding or one
 * hand-over at a time, never while futures complete.
 */
final class TopicProducer implements Producer, Endpoint {
  private final PartitionLink.Environment environment;
  private final EventLoop loop;
  private final String topic;
  private final ClientOptions options;
  private final ProducerOptions offered;
  private final ByteString producerId;
  private final java.util.function.Consumer<Endpoint> onClosed;
  private final TopicLookup lookup;

  private final ReentrantLock lock = new ReentrantLock();
  private final InFlightBytes inFlight;
  private final Condition routed = lock.newCondition();
  private final Deque<Unrouted> unrouted = new ArrayDeque<>();
  // Empty until the topic has been located.
  private List<Partition> partitions = List.of();
  // Whether it is known to which of them a key belongs; otherwise messages wait in `unrouted`.
  private boolean isRouted;
  private int maxMessageBytes;
  private int keyless;
  // Removed from `unrouted` to be failed, with futures that are not complete yet.
  private int failing;
  private int strength;
  private long dropped;
  private @Nullable ArpeggioException closed;
  // The loop's.
  private EventLoop.@Nullable Timer expiry;
  private @Nullable ArpeggioException lookupFailure;
  // While what was sent to another number of partitions is settled: where to go then.
  private @Nullable Route next;

  private record Partition(PartitionBuffer buffer, PartitionPipeline pipeline) {}

  /**
   * @param producerId unique among all producers
   * @param firstKeyless the partition of the first messages without a key, modulo the number of
   *     partitions
   * @param onClosed called once, by whoever closes
   */
  TopicProducer(
      PartitionLink.Environment environment,
      String topic,
      ClientOptions options,
      ProducerOptions offered,
      ByteString producerId,
      int firstKeyless,
      java.util.function.Consumer<Endpoint> onClosed) {
    this.environment = environment;
    this.loop = environment.loop();
    this.topic = topic;
    this.options = options;
    this.offered = offered;
    this.strength = offered.strength();
    this.producerId = producerId;
    this.keyless = firstKeyless;
    this.onClosed = onClosed;
    this.inFlight = new InFlightBytes(lock, options.maxInFlightBytes());
    this.lookup =
        new TopicLookup(
            loop, environment.router(), environment.random(), topic, new LookupListener());
    loop.execute(lookup::start);
  }

  @Override
  public CompletableFuture<Confirmation> send(Message message) {
    int size = MessageCodec.size(message);
    lock.lock();
    try {
      ArpeggioException refusal = awaitRoom(Batch.charge(size));
      if (refusal == null && isRouted && size > maxMessageBytes) {
        refusal = tooLarge(size);
      }
      if (refusal != null) {
        dropped += offered.isBestEffort() ? 1 : 0;
        return CompletableFuture.failedFuture(refusal);
      }
      CompletableFuture<Confirmation> future = new CompletableFuture<>();
      long deadlineNanos = loop.nowNanos() + options.deliveryTimeout().toNanos();
      inFlight.add(Batch.charge(size));
      if (!isRouted) {
        byte[] framed = new byte[MessageCodec.framedSize(size)];
        MessageCodec.writeFramed(message, size, framed, 0);
        if (unrouted.isEmpty()) {
          loop.execute(this::awaitRoute);
        }
        ByteString encoded = UnsafeByteOperations.unsafeWrap(framed);
        unrouted.add(
            new Unrouted(ByteString.copyFrom(message.key()), encoded, size, future, deadlineNanos));
      } else {
        Partition partition = choose(message.key(), size);
        partition.buffer().add(message, size, future, deadlineNanos);
        wake(partition);
      }
      return future;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void changeStrength(int stronger) {
    ProducerOptions.requireStrength(stronger);
    lock.lock();
    try {
      strength = stronger;
      List<Partition> all = partitions;
      loop.execute(() -> all.forEach(each -> each.pipeline().changeStrength(stronger)));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() {
    // A little more, so that what fails at the end of its time has failed.
    flush(options.deliveryTimeout().plus(options.requestTimeout()));
  }

  @Override
  public void flush(Duration timeout) {
    loop.requireOutside("flush");
    long deadlineNanos = loop.nowNanos() + TimeUnit.NANOSECONDS.convert(timeout);
    try {
      if (!awaitAll(deadlineNanos)) {
        throw new ArpeggioException(
            Reason.TIMED_OUT,
            "Not everything sent to topic " + topic + " was confirmed within " + timeout);
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    }
  }

  @Override
  public void close() {
    close(loop.nowNanos() + options.requestTimeout().toNanos());
  }

  @Override
  public void close(long deadlineNanos) {
    loop.requireOutside("close");
    if (!refuseSends(Failures.closed("producer"))) {
      return;
    }
    try {
      // What is not done by then fails next.
      awaitAll(deadlineNanos);
    } catch (InterruptedException e) {
      // Closing goes on without waiting.
      Thread.currentThread().interrupt();
    }
    loop.execute(() -> end(Failures.closed("producer")));
    onClosed.accept(this);
  }

  @Override
  public void abort(ArpeggioException reason) {
    refuseSends(reason);
    end(reason);
  }

  private boolean refuseSends(ArpeggioException reason) {
    lock.lock();
    try {
      if (closed != null) {
        return false;
      }
      closed = reason;
      inFlight.wakeWaiting();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void end(ArpeggioException reason) {
    lookup.stop();
    if (expiry != null) {
      expiry.cancel();
    }
    failUnrouted(reason);
    currentPartitions().forEach(partition -> partition.pipeline().close(reason));
  }

  // --- Room in flight ---

  /** Waits until one more message fits, or says why it will not. */
  private @Nullable ArpeggioException awaitRoom(long charge) {
    // The loop makes the room, so it cannot wait for it.
    boolean waits = !loop.isCurrentThread() && !offered.isBestEffort();
    long wait = waits ? options.requestTimeout().toNanos() : 0;
    try {
      if (!inFlight.awaitRoom(charge, wait, () -> closed != null)) {
        return new ArpeggioException(
            offered.isBestEffort() ? Reason.DROPPED : Reason.TIMED_OUT,
            "No room: " + inFlight + " are in flight to topic " + topic);
      }
      return closed;
    } catch (InterruptedException e) {
      return Failures.interrupted(e);
    }
  }

  private void release(long charge) {
    lock.lock();
    try {
      inFlight.release(charge);
    } finally {
      lock.unlock();
    }
  }

  private ArpeggioException tooLarge(int size) {
    return new ArpeggioException(
        Reason.MESSAGE_TOO_LARGE,
        "A message of "
            + size
            + " bytes is larger than the "
            + maxMessageBytes
            + " that topic "
            + topic
            + " takes",
        Map.of("size", String.valueOf(size), "limit", String.valueOf(maxMessageBytes)),
        null);
  }

  // --- Partitions ---

  private Partition choose(byte[] key, int size) {
    int number = partitions.size();
    if (key.length > 0) {
      return partitions.get(Partitioning.ofKey(key, number));
    }
    // Stays with a partition while its batch fills, so that batches are large also with many
    // partitions.
    if (!partitions.get(keyless % number).buffer().isFilling(size)) {
      keyless = (keyless + 1) % number;
    }
    return partitions.get(keyless % number);
  }

  private void wake(Partition partition) {
    if (partition.buffer().claimWakeUp()) {
      loop.execute(partition.pipeline()::pump);
    }
  }

  private List<Partition> currentPartitions() {
    lock.lock();
    try {
      return partitions;
    } finally {
      lock.unlock();
    }
  }

  /** On the loop: another number of partitions; what is to be sent is to be sorted anew. */
  private void regroup(Route route) {
    next = route;
    List<Partition> former;
    lock.lock();
    try {
      isRouted = false;
      former = partitions;
    } finally {
      lock.unlock();
    }
    new Regrouping(former.stream().map(Partition::pipeline).toList(), back -> regroup(former, back))
        .start();
  }

  private void regroup(List<Partition> former, List<Unrouted> back) {
    Route route = next;
    if (route == null) {
      throw new IllegalStateException("nowhere to go");
    }
    next = null;
    int kept = Math.min(former.size(), route.partitions());
    former.subList(0, kept).forEach(partition -> partition.pipeline().regroup(route.partitions()));
    former
        .subList(kept, former.size())
        .forEach(partition -> partition.pipeline().close(Failures.closed("partition")));
    lock.lock();
    try {
      for (int i = back.size() - 1; i >= 0; i--) {
        unrouted.addFirst(back.get(i));
      }
    } finally {
      lock.unlock();
    }
    route(route);
  }

  /** On the loop: which key belongs to which partition is known from now on. */
  private void route(Route route) {
    List<Unrouted> oversize = new ArrayList<>();
    lock.lock();
    try {
      maxMessageBytes = route.maxMessageBytes();
      int number = route.partitions();
      List<Partition> created =
          new ArrayList<>(partitions.subList(0, Math.min(partitions.size(), number)));
      while (created.size() < number) {
        created.add(newPartition(created.size(), number));
      }
      partitions = List.copyOf(created);
      isRouted = true;
      for (Unrouted message : unrouted) {
        if (message.size() > maxMessageBytes) {
          oversize.add(message);
          continue;
        }
        Partition partition = choose(message.key().toByteArray(), message.size());
        partition.buffer().addFramed(message.framed(), message.future(), message.deadlineNanos());
        wake(partition);
      }
      unrouted.clear();
      failing += oversize.size();
    } finally {
      lock.unlock();
    }
    completeExceptionally(oversize, message -> tooLarge(message.size()));
  }

  private Partition newPartition(int number, int among) {
    PartitionBuffer buffer = new PartitionBuffer(number, options.batchBytes());
    PartitionPipeline pipeline =
        new PartitionPipeline(
            environment,
            topic,
            number,
            among,
            producerId,
            options.maxInFlightBatches(),
            offered.withStrength(strength),
            new LockedSource(buffer));
    return new Partition(buffer, pipeline);
  }

  /** On the loop: looks for the topic, or lets it regroup, for messages that wait for that. */
  private void awaitRoute() {
    if (currentPartitions().isEmpty()) {
      lookup.start();
    }
    if (expiry == null) {
      expiry = loop.schedule(options.deliveryTimeout(), this::expireUnrouted);
    }
  }

  private void expireUnrouted() {
    expiry = null;
    long now = loop.nowNanos();
    failUnrouted(message -> message.deadlineNanos() - now <= 0, lookupTimedOut());
    lock.lock();
    try {
      if (!unrouted.isEmpty()) {
        Duration wait = Duration.ofNanos(Math.max(0, unrouted.element().deadlineNanos() - now));
        expiry = loop.schedule(wait, this::expireUnrouted);
      }
    } finally {
      lock.unlock();
    }
  }

  private ArpeggioException lookupTimedOut() {
    String what =
        next == null
            ? "Topic " + topic + " was not found within the delivery time-out"
            : "Not sent to topic "
                + topic
                + " within the delivery time-out: it got other partitions, and it could not be"
                + " found out what of the earlier messages is stored";
    return lookupFailure == null
        ? new ArpeggioException(Reason.TIMED_OUT, what)
        : Failures.expired(what, lookupFailure);
  }

  private void failUnrouted(ArpeggioException reason) {
    failUnrouted(message -> true, reason);
  }

  /** Fails messages from the oldest on, as long as they are to be failed. */
  private void failUnrouted(Predicate<Unrouted> which, ArpeggioException reason) {
    List<Unrouted> failed = new ArrayList<>();
    lock.lock();
    try {
      while (!unrouted.isEmpty() && which.test(unrouted.element())) {
        failed.add(unrouted.remove());
      }
      failing += failed.size();
    } finally {
      lock.unlock();
    }
    completeExceptionally(failed, message -> reason);
  }

  private void completeExceptionally(
      List<Unrouted> failed, Function<Unrouted, ArpeggioException> reason) {
    for (Unrouted message : failed) {
      release(Batch.charge(message.size()));
      message.future().completeExceptionally(reason.apply(message));
    }
    lock.lock();
    try {
      failing -= failed.size();
      dropped += offered.isBestEffort() ? failed.size() : 0;
      routed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // --- Flushing ---

  /** Waits until all that was sent is confirmed or has failed; false if time ran out. */
  private boolean awaitAll(long deadlineNanos) throws InterruptedException {
    List<CompletableFuture<Void>> batches = new ArrayList<>();
    lock.lock();
    try {
      while (!unrouted.isEmpty() || failing > 0) {
        if (routed.awaitNanos(deadlineNanos - loop.nowNanos()) <= 0) {
          return false;
        }
      }
      for (Partition partition : partitions) {
        batches.add(partition.buffer().newest());
      }
    } finally {
      lock.unlock();
    }
    try {
      CompletableFuture.allOf(batches.toArray(CompletableFuture<?>[]::new))
          .get(Math.max(0, deadlineNanos - loop.nowNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a batch is no failure", e);
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** The pipelines' way to the buffers, under the lock. */
  private final class LockedSource implements PartitionPipeline.Source {
    private final PartitionBuffer buffer;

    LockedSource(PartitionBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public void take(Queue<Batch> unconfirmed, int most) {
      lock.lock();
      try {
        buffer.take(unconfirmed, most);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void drain(Queue<Batch> target) {
      lock.lock();
      try {
        buffer.drain(target);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void release(long charge) {
      TopicProducer.this.release(charge);
    }

    @Override
    public void dropped(long messages) {
      lock.lock();
      try {
        dropped += messages;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void doubted() {
      lookup.lookAgain();
    }
  }

  private final class LookupListener implements TopicLookup.Listener {
    @Override
    public void found(Route route) {
      int number = currentPartitions().size();
      if (number == 0) {
        route(route);
      } else if (next != null) {
        next = route;
      } else if (number != route.partitions()) {
        regroup(route);
      }
    }

    @Override
    public void roundFailed(ArpeggioException failure) {
      lookupFailure = failure;
    }

    @Override
    public void refused(ArpeggioException failure) {
      failUnrouted(failure);
    }
  }
}

package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.CreateTopicResponse;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import dev.arpeggio.protocol.v1.DescribeRingRequest;
import dev.arpeggio.protocol.v1.DescribeRingResponse;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.DescribeTopicResponse;
import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.PartitionState;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Administration: a call of the caller's thread, carried out on the event loop. {@code pending} and
 * {@code ended} are guarded by this object's monitor.
 */
final class AdminCalls implements Admin {
  private final EventLoop loop;
  private final AnyNode anyNode;
  private final RandomGenerator random;
  private final Duration timeout;
  private final Set<Inquiry<?, ?>> pending = new LinkedHashSet<>();
  private Optional<ArpeggioException> ended = Optional.empty();

  AdminCalls(EventLoop loop, AnyNode anyNode, RandomGenerator random, Duration timeout) {
    this.loop = loop;
    this.anyNode = anyNode;
    this.random = random;
    this.timeout = timeout;
  }

  @Override
  public TopicInfo createTopic(String topic, TopicOptions options) {
    CreateTopicResponse response =
        ask(
            TopicsGrpc.getCreateTopicMethod(),
            CreateTopicRequest.newBuilder().setTopic(topic).setConfig(config(options)).build());
    return new TopicInfo(topic, options(response.getConfig()));
  }

  @Override
  public List<TopicInfo> listTopics() {
    return ask(TopicsGrpc.getListTopicsMethod(), ListTopicsRequest.getDefaultInstance())
        .getTopicsList()
        .stream()
        .map(summary -> new TopicInfo(summary.getTopic(), options(summary.getConfig())))
        .toList();
  }

  @Override
  public TopicDescription describeTopic(String topic) {
    DescribeTopicResponse response =
        ask(
            TopicsGrpc.getDescribeTopicMethod(),
            DescribeTopicRequest.newBuilder().setTopic(topic).build());
    return new TopicDescription(
        response.getTopic(),
        options(response.getConfig()),
        response.getPartitionsList().stream().map(AdminCalls::partition).toList());
  }

  @Override
  public void deleteTopic(String topic) {
    ask(TopicsGrpc.getDeleteTopicMethod(), DeleteTopicRequest.newBuilder().setTopic(topic).build());
  }

  @Override
  public NodeInfo describeNode() {
    DescribeNodeResponse response =
        await(
            new Inquiry<>(
                ClusterGrpc.getDescribeNodeMethod(),
                DescribeNodeRequest.getDefaultInstance(),
                anyNode::callSeeds));
    return new NodeInfo(
        position(response.getPosition()),
        response.getVersion(),
        response.getZookeeper(),
        response.getZookeeperConnected(),
        response.getDraining(),
        response.getPartitionsServed());
  }

  @Override
  public RingInfo describeRing() {
    DescribeRingResponse response =
        await(
            new Inquiry<>(
                ClusterGrpc.getDescribeRingMethod(),
                DescribeRingRequest.getDefaultInstance(),
                anyNode::callSeeds));
    return new RingInfo(
        response.getPositionsList().stream().map(AdminCalls::position).toList(),
        response.getIdeal(),
        response.getProblemsList());
  }

  /** Fails the calls under way and all that follow. */
  synchronized void end(ArpeggioException reason) {
    ended = Optional.of(reason);
    pending.forEach(call -> call.result.completeExceptionally(reason));
    pending.clear();
  }

  private <Q, R> R ask(MethodDescriptor<Q, R> method, Q request) {
    return await(new Inquiry<>(method, request, anyNode::call));
  }

  private <Q, R> R await(Inquiry<Q, R> inquiry) {
    loop.requireOutside("administration");
    register(inquiry);
    loop.execute(inquiry::ask);
    try {
      // The inquiry bounds itself.
      return inquiry.result.get();
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ArpeggioException failure) {
        throw Failures.rethrown(failure);
      }
      throw new IllegalStateException(e);
    } finally {
      unregister(inquiry);
    }
  }

  private synchronized void register(Inquiry<?, ?> call) {
    ended.ifPresent(
        reason -> {
          throw reason;
        });
    pending.add(call);
  }

  private synchronized void unregister(Inquiry<?, ?> call) {
    pending.remove(call);
  }

  private interface Round {
    <Q, R> void call(
        MethodDescriptor<Q, R> method, Q request, Duration timeout, Network.Reply<R> reply);
  }

  /** Rounds over the nodes until one answers or time is up. On the loop. */
  private final class Inquiry<Q, R> implements Network.Reply<R> {
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final Round round;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final Backoff backoff = new Backoff(random);
    private final long deadlineNanos = loop.nowNanos() + timeout.toNanos();
    private @Nullable ArpeggioException refusal;

    Inquiry(MethodDescriptor<Q, R> method, Q request, Round round) {
      this.method = method;
      this.request = request;
      this.round = round;
    }

    void ask() {
      if (!result.isDone()) {
        Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - loop.nowNanos()));
        round.call(method, request, left, this);
      }
    }

    @Override
    public void answered(R response) {
      result.complete(response);
    }

    @Override
    public void failed(ArpeggioException failure) {
      Duration wait = backoff.next();
      boolean timeLeft = deadlineNanos - loop.nowNanos() > wait.toNanos();
      // That no node can be reached is told at once: an address may be wrong, and a user waits.
      if (failure.isRetryable() && failure.reason() != Reason.UNREACHABLE && timeLeft) {
        refusal = failure;
        loop.schedule(wait, this::ask);
      } else {
        // The last round may have had no time left; what a node said before tells more.
        boolean told = failure.reason() == Reason.UNREACHABLE && refusal != null;
        result.completeExceptionally(told ? refusal : failure);
      }
    }
  }

  private static TopicConfig config(TopicOptions options) {
    return TopicConfig.newBuilder()
        .setPartitions(options.partitions())
        .setMaxMessageBytes(options.maxMessageBytes())
        .setMaxPartitionBytes(options.maxPartitionBytes())
        .build();
  }

  private static TopicOptions options(TopicConfig config) {
    return new TopicOptions(
        config.getPartitions(), config.getMaxMessageBytes(), config.getMaxPartitionBytes());
  }

  private static PartitionInfo partition(PartitionState state) {
    return new PartitionInfo(
        state.getPartition(),
        present(state.getOwner()),
        state.getEpoch(),
        state.getFirstOffset(),
        state.getNextOffset(),
        state.getRetainedBytes(),
        state.getSubscriptionsList().stream()
            .map(
                subscription ->
                    new SubscriptionInfo(
                        subscription.getSubscription(),
                        subscription.getAcknowledgedFloor(),
                        subscription.getBacklog(),
                        subscription.getLeased(),
                        subscription.getConsumers()))
            .toList(),
        present(state.getError()));
  }

  private static RingPosition position(dev.arpeggio.protocol.v1.RingPosition position) {
    return new RingPosition(
        position.getId(),
        position.getAddress(),
        present(position.getPredecessor()),
        position.getSuccessorsList());
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}

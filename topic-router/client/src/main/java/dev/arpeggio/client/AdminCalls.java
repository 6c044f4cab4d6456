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
import dev.arpeggio.protocol.v1.SubscriptionState;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import dev.arpeggio.protocol.v1.UpdateTopicResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Administration as calls to nodes. Thread-safe. */
final class AdminCalls implements Admin {
  private final Inquiries inquiries;

  AdminCalls(Inquiries inquiries) {
    this.inquiries = inquiries;
  }

  @Override
  public TopicInfo createTopic(String topic, TopicOptions options) {
    CreateTopicResponse response =
        inquiries.ask(
            TopicsGrpc.getCreateTopicMethod(),
            CreateTopicRequest.newBuilder().setTopic(topic).setConfig(options.encode()).build());
    return new TopicInfo(topic, TopicSettings.decode(response.getConfig()));
  }

  @Override
  public UpdatedTopic updateTopic(String topic, TopicOptions changes) {
    return update(topic, changes, "");
  }

  @Override
  public UpdatedTopic updateTopic(String topic, TopicOptions changes, String version) {
    if (version.isEmpty()) {
      throw new IllegalArgumentException("the version is empty");
    }
    return update(topic, changes, version);
  }

  private UpdatedTopic update(String topic, TopicOptions changes, String version) {
    UpdateTopicResponse response =
        inquiries.ask(
            TopicsGrpc.getUpdateTopicMethod(),
            UpdateTopicRequest.newBuilder()
                .setTopic(topic)
                .setChanges(changes.encode())
                .setVersion(version)
                .build());
    return new UpdatedTopic(
        topic,
        TopicSettings.decode(response.getConfig()),
        response.getVersion(),
        response.getPendingList());
  }

  @Override
  public List<TopicInfo> listTopics() {
    return inquiries
        .ask(TopicsGrpc.getListTopicsMethod(), ListTopicsRequest.getDefaultInstance())
        .getTopicsList()
        .stream()
        .map(
            summary -> new TopicInfo(summary.getTopic(), TopicSettings.decode(summary.getConfig())))
        .toList();
  }

  @Override
  public TopicDescription describeTopic(String topic) {
    DescribeTopicResponse response =
        inquiries.ask(
            TopicsGrpc.getDescribeTopicMethod(),
            DescribeTopicRequest.newBuilder().setTopic(topic).build());
    return new TopicDescription(
        response.getTopic(),
        TopicSettings.decode(response.getConfig()),
        response.getVersion(),
        response.getPartitionsList().stream().map(AdminCalls::partition).toList());
  }

  @Override
  public void deleteTopic(String topic) {
    inquiries.ask(
        TopicsGrpc.getDeleteTopicMethod(), DeleteTopicRequest.newBuilder().setTopic(topic).build());
  }

  @Override
  public PartitionAdmin partition(String topic, int partition) {
    if (partition < 0) {
      throw new IllegalArgumentException("partition " + partition + " is negative");
    }
    return new PartitionCalls(inquiries, topic, partition);
  }

  @Override
  public NodeInfo describeNode() {
    DescribeNodeResponse response =
        inquiries.askSeeds(
            ClusterGrpc.getDescribeNodeMethod(), DescribeNodeRequest.getDefaultInstance());
    return new NodeInfo(
        position(response.getPosition()),
        response.getVersion(),
        response.getZookeeper(),
        response.getZookeeperConnected(),
        response.getDraining(),
        response.getPartitionsServed(),
        response.getPartitionsWarm(),
        response.getWarmBytes());
  }

  @Override
  public RingInfo describeRing() {
    DescribeRingResponse response =
        inquiries.askSeeds(
            ClusterGrpc.getDescribeRingMethod(), DescribeRingRequest.getDefaultInstance());
    return new RingInfo(
        response.getPositionsList().stream().map(AdminCalls::position).toList(),
        response.getIdeal(),
        response.getProblemsList());
  }

  private static PartitionInfo partition(PartitionState state) {
    return new PartitionInfo(
        state.getPartition(),
        present(state.getOwner()),
        state.getEpoch(),
        state.getFirstOffset(),
        state.getNextOffset(),
        state.getRetainedBytes(),
        state.getSubscriptionsList().stream().map(AdminCalls::subscription).toList(),
        new PartitionInfo.Publishing(
            state.getPublishers(),
            state.getKeys(),
            state.getNotHeard(),
            state.getMissedDeadlines()),
        present(state.getError()));
  }

  private static SubscriptionInfo subscription(SubscriptionState state) {
    return new SubscriptionInfo(
        state.getSubscription(),
        state.getAcknowledgedFloor(),
        state.getBacklog(),
        state.getLeased(),
        state.getConsumers(),
        state.getWaiting(),
        state.getRedelivered(),
        state.getMoving(),
        state.getMoved(),
        state.getMovesStuck(),
        state.hasHeadAgeMs()
            ? Optional.of(Duration.ofMillis(state.getHeadAgeMs()))
            : Optional.empty());
  }

  private static RingPosition position(dev.arpeggio.protocol.v1.RingPosition position) {
    return new RingPosition(
        position.getId(),
        position.getAddress(),
        present(position.getPredecessor()),
        position.getSuccessorsList(),
        position.hasPartitions() ? OptionalInt.of(position.getPartitions()) : OptionalInt.empty());
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}

package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.CreateTopicResponse;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DeleteTopicResponse;
import dev.arpeggio.protocol.v1.DescribePartitionRequest;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.DescribeTopicResponse;
import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.ListTopicsResponse;
import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.LocateTopicResponse;
import dev.arpeggio.protocol.v1.PartitionLocation;
import dev.arpeggio.protocol.v1.PartitionState;
import dev.arpeggio.protocol.v1.RefreshPartitionRequest;
import dev.arpeggio.protocol.v1.RefreshPartitionResponse;
import dev.arpeggio.protocol.v1.TopicSummary;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import dev.arpeggio.protocol.v1.UpdateTopicResponse;
import io.grpc.stub.StreamObserver;

/** Topics. */
final class TopicCalls extends TopicsGrpc.TopicsImplBase {
  private final Broker broker;

  TopicCalls(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void createTopic(
      CreateTopicRequest request, StreamObserver<CreateTopicResponse> response) {
    broker.answer(
        response,
        () ->
            CreateTopicResponse.newBuilder()
                .setConfig(broker.create(request.getTopic(), request.getConfig()).config())
                .build());
  }

  @Override
  public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> response) {
    broker.answer(
        response,
        () -> {
          ListTopicsResponse.Builder answer = ListTopicsResponse.newBuilder();
          broker
              .topics()
              .forEach(
                  topic ->
                      answer.addTopics(
                          TopicSummary.newBuilder()
                              .setTopic(topic.name())
                              .setConfig(topic.config())));
          return answer.build();
        });
  }

  @Override
  public void describeTopic(
      DescribeTopicRequest request, StreamObserver<DescribeTopicResponse> response) {
    broker.answer(
        response,
        () -> {
          StoredTopic topic = broker.topic(request.getTopic());
          DescribeTopicResponse.Builder answer =
              DescribeTopicResponse.newBuilder()
                  .setTopic(topic.name())
                  .setConfig(topic.config())
                  .setVersion(topic.version());
          topic.partitions().forEach(partition -> answer.addPartitions(partition.state()));
          return answer.build();
        });
  }

  @Override
  public void describePartition(
      DescribePartitionRequest request, StreamObserver<PartitionState> response) {
    broker.answer(
        response, () -> broker.partition(request.getTopic(), request.getPartition()).state());
  }

  @Override
  public void deleteTopic(
      DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> response) {
    broker.answer(
        response,
        () -> {
          broker.delete(request.getTopic());
          return DeleteTopicResponse.getDefaultInstance();
        });
  }

  @Override
  public void updateTopic(
      UpdateTopicRequest request, StreamObserver<UpdateTopicResponse> response) {
    broker.answer(
        response,
        () -> {
          StoredTopic topic = broker.topic(request.getTopic());
          topic.update(request.getChanges(), request.getVersion());
          return UpdateTopicResponse.newBuilder()
              .setConfig(topic.config())
              .setVersion(topic.version())
              .build();
        });
  }

  @Override
  public void refreshPartition(
      RefreshPartitionRequest request, StreamObserver<RefreshPartitionResponse> response) {
    broker.answer(
        response,
        () -> {
          broker.partition(request.getTopic(), request.getPartition());
          return RefreshPartitionResponse.getDefaultInstance();
        });
  }

  @Override
  public void locateTopic(
      LocateTopicRequest request, StreamObserver<LocateTopicResponse> response) {
    broker.answer(
        response,
        () -> {
          StoredTopic topic = broker.topic(request.getTopic());
          LocateTopicResponse.Builder answer =
              LocateTopicResponse.newBuilder().setConfig(topic.config());
          topic
              .partitions()
              .forEach(
                  partition ->
                      answer.addPartitions(
                          PartitionLocation.newBuilder()
                              .setPartition(partition.number())
                              .setOwner(broker.address())));
          return answer.build();
        });
  }
}

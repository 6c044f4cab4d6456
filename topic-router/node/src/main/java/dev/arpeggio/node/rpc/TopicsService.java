package dev.arpeggio.node.rpc;

import com.google.protobuf.MessageLite;
import dev.arpeggio.node.hosting.OwnerDirectory;
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
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.StoredTopic;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Topics: their configurations in ZooKeeper and the places where the ring puts their partitions.
 */
public final class TopicsService extends TopicsGrpc.TopicsImplBase {

  private final TopicCatalog catalog;
  private final FirstUse firstUse;
  private final OwnerDirectory directory;
  private final EventLoop loop;
  private final Forwarder forwarder;
  private final String self;
  private final TopicUpdates updates;

  /**
   * @param catalog used on {@code loop} only
   * @param firstUse likewise: what is located is about to be used
   * @param directory answers on {@code loop}
   * @param self this node's host:port
   */
  public TopicsService(
      TopicCatalog catalog,
      FirstUse firstUse,
      OwnerDirectory directory,
      EventLoop loop,
      Forwarder forwarder,
      String self) {
    this.catalog = catalog;
    this.firstUse = firstUse;
    this.directory = directory;
    this.loop = loop;
    this.forwarder = forwarder;
    this.self = self;
    this.updates = new TopicUpdates(catalog, loop, forwarder);
  }

  @Override
  public void createTopic(
      CreateTopicRequest request, StreamObserver<CreateTopicResponse> response) {
    SimpleCalls.guarded(
        response,
        () -> {
          TopicName topic = Requests.topic(request.getTopic());
          TopicConfig config =
              TopicConfigs.change(request.getConfig()).applyTo(TopicConfig.defaults());
          loop.execute(
              () ->
                  catalog.create(
                      topic,
                      config,
                      answering(
                          response,
                          created ->
                              CreateTopicResponse.newBuilder()
                                  .setConfig(TopicConfigs.encode(created))
                                  .build())));
        });
  }

  @Override
  public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> response) {
    Caller caller = Caller.current();
    loop.execute(() -> catalog.list(answering(response, topics -> list(topics, caller))));
  }

  private static ListTopicsResponse list(Map<TopicName, TopicConfig> topics, Caller caller) {
    ListTopicsResponse.Builder answer = ListTopicsResponse.newBuilder();
    topics.forEach(
        (name, config) -> {
          if (caller.sees(name.value())) {
            answer.addTopics(
                TopicSummary.newBuilder()
                    .setTopic(name.value())
                    .setConfig(TopicConfigs.encode(config)));
          }
        });
    return answer.build();
  }

  @Override
  public void deleteTopic(
      DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> response) {
    SimpleCalls.guarded(
        response,
        () -> {
          TopicName topic = Requests.topic(request.getTopic());
          loop.execute(
              () ->
                  catalog.delete(
                      topic,
                      answering(response, done -> DeleteTopicResponse.getDefaultInstance())));
        });
  }

  @Override
  public void updateTopic(
      UpdateTopicRequest request, StreamObserver<UpdateTopicResponse> response) {
    updates.update(request, response);
  }

  @Override
  public void refreshPartition(
      RefreshPartitionRequest request, StreamObserver<RefreshPartitionResponse> response) {
    updates.refresh(request, response);
  }

  @Override
  public void locateTopic(
      LocateTopicRequest request, StreamObserver<LocateTopicResponse> response) {
    if (!directory.isMember()) {
      // Whoever asks goes to the next node, which an answer without owners would not tell it.
      response.onError(Errors.ringUnavailable("this node is not a member of the ring"));
      return;
    }
    withTopic(
        firstUse::describe,
        request.getTopic(),
        response,
        (topic, stored) -> {
          TopicConfig config = stored.config();
          Gather<PartitionLocation> locations =
              new Gather<>(
                  config.partitions(),
                  all ->
                      SimpleCalls.answer(
                          response,
                          LocateTopicResponse.newBuilder()
                              .setConfig(TopicConfigs.encode(config))
                              .addAllPartitions(all)
                              .build()));
          for (int partition = 0; partition < config.partitions(); partition++) {
            int index = partition;
            PartitionId id = new PartitionId(topic, partition);
            PartitionLocation.Builder location = PartitionLocation.newBuilder().setPartition(index);
            if (directory.owns(id)) {
              locations.put(index, location.setOwner(self).build());
            } else {
              directory.locate(
                  id, owner -> locations.put(index, location.setOwner(owner.orElse("")).build()));
            }
          }
        });
  }

  @Override
  public void describeTopic(
      DescribeTopicRequest request, StreamObserver<DescribeTopicResponse> response) {
    Context context = Context.current();
    withTopic(
        catalog::describe,
        request.getTopic(),
        response,
        (topic, stored) -> {
          TopicConfig config = stored.config();
          Gather<PartitionState> states =
              new Gather<>(
                  config.partitions(),
                  all ->
                      SimpleCalls.answer(
                          response,
                          DescribeTopicResponse.newBuilder()
                              .setTopic(topic.value())
                              .setConfig(TopicConfigs.encode(config))
                              .setVersion(stored.version())
                              .addAllPartitions(all)
                              .build()));
          for (int partition = 0; partition < config.partitions(); partition++) {
            PartitionId id = new PartitionId(topic, partition);
            context.run(() -> describe(id, new OneState(id.partition(), states)));
          }
        });
  }

  @Override
  public void describePartition(
      DescribePartitionRequest request, StreamObserver<PartitionState> response) {
    SimpleCalls.guarded(
        response,
        () -> describe(Requests.partition(request.getTopic(), request.getPartition()), response));
  }

  private void describe(PartitionId id, StreamObserver<PartitionState> response) {
    forwarder.serve(
        id,
        TopicsGrpc.getDescribePartitionMethod(),
        DescribePartitionRequest.newBuilder()
            .setTopic(id.topic().value())
            .setPartition(id.partition())
            .build(),
        response,
        (shard, open) ->
            SimpleCalls.answer(
                response, Answers.state(id.partition(), self, open.partition().stats())));
  }

  /**
   * The state of one of a topic's partitions; where it cannot be had, the reason stands in its
   * place.
   */
  private record OneState(int partition, Gather<PartitionState> states)
      implements StreamObserver<PartitionState> {
    @Override
    public void onNext(PartitionState state) {
      states.put(partition, state);
    }

    @Override
    public void onError(Throwable t) {
      states.put(
          partition,
          PartitionState.newBuilder()
              .setPartition(partition)
              .setError(String.valueOf(Status.fromThrowable(t).getDescription()))
              .build());
    }

    @Override
    public void onCompleted() {}
  }

  private interface WithTopic {
    void run(TopicName topic, StoredTopic stored);
  }

  private void withTopic(
      BiConsumer<TopicName, Completion<StoredTopic>> source,
      String name,
      StreamObserver<?> response,
      WithTopic then) {
    SimpleCalls.guarded(
        response,
        () -> {
          TopicName topic = Requests.topic(name);
          loop.execute(
              () ->
                  source.accept(
                      topic,
                      Completion.of(
                          stored -> then.run(topic, stored),
                          error -> response.onError(Errors.of(error)))));
        });
  }

  private static <T, A extends MessageLite> Completion<T> answering(
      StreamObserver<A> response, Function<T, A> answer) {
    return Completion.of(
        value -> SimpleCalls.answer(response, answer.apply(value)),
        error -> response.onError(Errors.of(error)));
  }
}

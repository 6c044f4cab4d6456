package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.OpenPartition;
import dev.arpeggio.node.hosting.PartitionUse;
import dev.arpeggio.node.hosting.Refusal;
import dev.arpeggio.protocol.v1.RefreshPartitionRequest;
import dev.arpeggio.protocol.v1.RefreshPartitionResponse;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import dev.arpeggio.protocol.v1.UpdateTopicResponse;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.StoredTopic;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicChange;
import dev.arpeggio.queue.TopicName;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Changes a topic: first in the store, then, by a word to each owner, where its partitions are
 * served. If this node dies between the two, the owners find the change themselves.
 */
final class TopicUpdates {

  /** How long an owner may take until it counts as pending. */
  private static final long PATIENCE_SECONDS = 10;

  /** A partition that changes hands refuses everybody for a moment. */
  private static final Duration RETRY = Duration.ofMillis(100);

  private final TopicCatalog catalog;
  private final EventLoop loop;
  private final Forwarder forwarder;

  /**
   * @param catalog used on {@code loop} only
   */
  TopicUpdates(TopicCatalog catalog, EventLoop loop, Forwarder forwarder) {
    this.catalog = catalog;
    this.loop = loop;
    this.forwarder = forwarder;
  }

  void update(UpdateTopicRequest request, StreamObserver<UpdateTopicResponse> response) {
    // The number of hops and the deadline travel with the call's context.
    Context context = Context.current();
    SimpleCalls.guarded(
        response,
        () -> {
          TopicName topic = Requests.topic(request.getTopic());
          TopicChange change = TopicConfigs.change(request.getChanges());
          Optional<String> expected =
              Optional.of(request.getVersion()).filter(version -> !version.isEmpty());
          loop.execute(
              () ->
                  catalog.update(
                      topic,
                      expected,
                      change,
                      Completion.of(
                          stored -> context.run(() -> takeUp(topic, stored, response)),
                          error -> response.onError(Errors.of(error)))));
        });
  }

  private void takeUp(
      TopicName topic, StoredTopic stored, StreamObserver<UpdateTopicResponse> response) {
    int partitions = stored.config().partitions();
    Gather<Boolean> served =
        new Gather<>(
            partitions,
            all -> {
              UpdateTopicResponse.Builder answer =
                  UpdateTopicResponse.newBuilder()
                      .setConfig(TopicConfigs.encode(stored.config()))
                      .setVersion(stored.version());
              for (int partition = 0; partition < partitions; partition++) {
                if (!all.get(partition)) {
                  answer.addPending(partition);
                }
              }
              SimpleCalls.answer(response, answer.build());
            });
    Deadline patience = Deadline.after(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (int partition = 0; partition < partitions; partition++) {
      new OneOwner(new PartitionId(topic, partition), patience, served).ask();
    }
  }

  void refresh(RefreshPartitionRequest request, StreamObserver<RefreshPartitionResponse> response) {
    SimpleCalls.guarded(
        response,
        () ->
            refresh(
                Requests.partition(request.getTopic(), request.getPartition()),
                Forwarder.deadline(),
                response));
  }

  private void refresh(
      PartitionId id, Deadline deadline, StreamObserver<RefreshPartitionResponse> response) {
    forwarder.serve(
        id,
        TopicsGrpc.getRefreshPartitionMethod(),
        RefreshPartitionRequest.newBuilder()
            .setTopic(id.topic().value())
            .setPartition(id.partition())
            .build(),
        response,
        deadline,
        (shard, open) ->
            shard
                .host()
                .refresh(
                    id,
                    new PartitionUse() {
                      @Override
                      public void ready(OpenPartition now) {
                        SimpleCalls.answer(response, RefreshPartitionResponse.getDefaultInstance());
                      }

                      @Override
                      public void refused(Refusal refusal) {
                        response.onError(Errors.of(refusal, id.topic().value(), id.partition()));
                      }
                    }));
  }

  /** Whether one partition is served under the new configuration: asked until time is up. */
  private final class OneOwner {
    private final PartitionId id;
    private final Deadline patience;
    private final Gather<Boolean> served;
    private final Context context = Context.current();

    OneOwner(PartitionId id, Deadline patience, Gather<Boolean> served) {
      this.id = id;
      this.patience = patience;
      this.served = served;
    }

    void ask() {
      context.run(() -> refresh(id, patience, new Attempt()));
    }

    private void failed() {
      if (patience.isBefore(Deadline.after(RETRY.toMillis(), TimeUnit.MILLISECONDS))) {
        served.put(id.partition(), false);
      } else {
        loop.execute(() -> loop.schedule(RETRY, this::ask));
      }
    }

    /** Any thread. */
    private final class Attempt implements StreamObserver<RefreshPartitionResponse> {
      private final AtomicBoolean answered = new AtomicBoolean();

      @Override
      public void onNext(RefreshPartitionResponse response) {
        if (answered.compareAndSet(false, true)) {
          served.put(id.partition(), true);
        }
      }

      @Override
      public void onError(Throwable t) {
        if (answered.compareAndSet(false, true)) {
          failed();
        }
      }

      @Override
      public void onCompleted() {}
    }
  }
}

package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.OwnerDirectory;
import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.protocol.v1.RecordedOwner;
import dev.arpeggio.protocol.v1.TracePartitionRequest;
import dev.arpeggio.protocol.v1.TracePartitionResponse;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Ownership;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.ZooKeeperPort;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * How this node finds the owner of a partition: the steps of a lookup beside what it believes and
 * what ZooKeeper says. Opens nothing and changes nothing.
 */
public final class PartitionTraces {

  /** Looks a partition up step by step. */
  public interface RingTrace {
    /**
     * Answers once.
     *
     * @param answer gets the key, the steps and the ring's owner, on any thread
     */
    void trace(PartitionId id, Consumer<TracePartitionResponse> answer);
  }

  private final RingTrace ring;
  private final OwnerDirectory directory;
  private final Shards shards;
  private final ZooKeeperPort zooKeeper;
  private final TopicCatalog catalog;
  private final Executor loop;
  private final String self;

  /**
   * @param directory answers on {@code loop}
   * @param zooKeeper a port of {@code loop}
   * @param self this node's host:port
   */
  public PartitionTraces(
      RingTrace ring,
      OwnerDirectory directory,
      Shards shards,
      ZooKeeperPort zooKeeper,
      Executor loop,
      String self) {
    this.ring = ring;
    this.directory = directory;
    this.shards = shards;
    this.zooKeeper = zooKeeper;
    this.catalog = new TopicCatalog(zooKeeper);
    this.loop = loop;
    this.self = self;
  }

  void trace(TracePartitionRequest request, StreamObserver<TracePartitionResponse> response) {
    SimpleCalls.guarded(
        response,
        () -> {
          PartitionId id = Requests.partition(request.getTopic(), request.getPartition());
          loop.execute(() -> new Trace(id, response).begin());
        });
  }

  /** On the loop. */
  private final class Trace {
    private final PartitionId id;
    private final StreamObserver<TracePartitionResponse> response;

    Trace(PartitionId id, StreamObserver<TracePartitionResponse> response) {
      this.id = id;
      this.response = response;
    }

    void begin() {
      catalog.get(
          id.topic(),
          Completion.of(
              config -> Ownership.read(zooKeeper, id, Completion.of(this::recorded, this::failed)),
              this::failed));
    }

    private void recorded(Ownership ownership) {
      TracePartitionResponse.Builder answer = TracePartitionResponse.newBuilder();
      ownership
          .address()
          .ifPresent(
              address ->
                  answer.setRecorded(
                      RecordedOwner.newBuilder()
                          .setAddress(address)
                          .setEpoch(ownership.epoch().value())));
      believed(answer);
    }

    /** Without ZooKeeper, the ring's half of the answer is worth as much. */
    private void failed(QueueException e) {
      if (e.reason() == QueueException.Reason.STORE_UNAVAILABLE) {
        believed(
            TracePartitionResponse.newBuilder().setStoreProblem(String.valueOf(e.getMessage())));
      } else {
        response.onError(Errors.of(e));
      }
    }

    private void believed(TracePartitionResponse.Builder answer) {
      if (directory.owns(id)) {
        served(answer.setOwner(self));
      } else {
        directory.locate(id, owner -> served(answer.setOwner(owner.orElse(""))));
      }
    }

    private void served(TracePartitionResponse.Builder answer) {
      Shards.Shard shard = shards.of(id);
      shard
          .loop()
          .execute(
              () -> {
                answer.setServedHere(shard.host().isOpen(id));
                ring.trace(
                    id, traced -> SimpleCalls.answer(response, answer.mergeFrom(traced).build()));
              });
    }
  }
}

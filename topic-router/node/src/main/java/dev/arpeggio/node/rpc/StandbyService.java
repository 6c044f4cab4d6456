package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.protocol.v1.KeepWarmRequest;
import dev.arpeggio.protocol.v1.KeepWarmResponse;
import dev.arpeggio.protocol.v1.StandbyGrpc;
import dev.arpeggio.queue.PartitionId;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** What owners ask of those who would take over from them. */
public final class StandbyService extends StandbyGrpc.StandbyImplBase {
  static final int MAX_PARTITIONS = 10_000;

  private final Shards shards;

  public StandbyService(Shards shards) {
    this.shards = shards;
  }

  @Override
  public void keepWarm(KeepWarmRequest request, StreamObserver<KeepWarmResponse> response) {
    SimpleCalls.guarded(
        response,
        () -> {
          if (request.getPartitionsCount() > MAX_PARTITIONS) {
            throw Errors.invalid("partitions", "more than " + MAX_PARTITIONS);
          }
          List<PartitionId> named = new ArrayList<>();
          for (KeepWarmRequest.Partition partition : request.getPartitionsList()) {
            named.add(Requests.partition(partition.getTopic(), partition.getPartition()));
          }
          shards.keepWarm(named);
          SimpleCalls.answer(response, KeepWarmResponse.getDefaultInstance());
        });
  }
}

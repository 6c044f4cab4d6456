package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.node.hosting.Standbys;
import dev.arpeggio.protocol.v1.KeepWarmRequest;
import dev.arpeggio.protocol.v1.KeepWarmResponse;
import dev.arpeggio.protocol.v1.StandbyGrpc;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PartitionId;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the nodes that would take over from this one, now and then, which partitions it serves, so
 * that they keep them warm. Whoever does not hear it takes over all the same, only slower.
 * Thread-safe.
 */
public final class StandbyNotices {
  private static final Logger LOG = LoggerFactory.getLogger(StandbyNotices.class);

  private final EventLoop loop;
  private final Shards shards;
  private final Supplier<List<String>> heirs;
  private final Peers peers;

  /**
   * @param heirs host:port of those to tell; any thread
   */
  public StandbyNotices(EventLoop loop, Shards shards, Supplier<List<String>> heirs, Peers peers) {
    this.loop = loop;
    this.shards = shards;
    this.heirs = heirs;
    this.peers = peers;
  }

  /** From now on. Any thread. */
  public void start() {
    loop.execute(this::tell);
  }

  private void tell() {
    loop.schedule(Standbys.INTERVAL, this::tell);
    shards.served(this::tell);
  }

  private void tell(List<PartitionId> served) {
    if (served.isEmpty()) {
      return;
    }
    KeepWarmRequest.Builder request = KeepWarmRequest.newBuilder();
    served.stream()
        .limit(StandbyService.MAX_PARTITIONS)
        .forEach(
            id ->
                request.addPartitions(
                    KeepWarmRequest.Partition.newBuilder()
                        .setTopic(id.topic().value())
                        .setPartition(id.partition())));
    for (String heir : heirs.get()) {
      StandbyGrpc.newStub(peers.to(heir))
          .withDeadlineAfter(Standbys.INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
          .keepWarm(request.build(), new Ignored(heir));
    }
  }

  /** The next notice says it again. */
  private record Ignored(String heir) implements StreamObserver<KeepWarmResponse> {
    @Override
    public void onNext(KeepWarmResponse response) {}

    @Override
    public void onError(Throwable t) {
      LOG.debug("{} keeps nothing warm: {}", heir, t.getMessage());
    }

    @Override
    public void onCompleted() {}
  }
}

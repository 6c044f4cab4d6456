package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import dev.arpeggio.protocol.v1.DescribeRingRequest;
import dev.arpeggio.protocol.v1.DescribeRingResponse;
import dev.arpeggio.protocol.v1.RingPosition;
import io.grpc.stub.StreamObserver;

/** A ring of one. */
final class ClusterCalls extends ClusterGrpc.ClusterImplBase {
  private static final String ID = "0000000000000000";

  private final Broker broker;

  ClusterCalls(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void describeNode(
      DescribeNodeRequest request, StreamObserver<DescribeNodeResponse> response) {
    broker.answer(
        response,
        () ->
            DescribeNodeResponse.newBuilder()
                .setPosition(position())
                .setVersion("in memory")
                .setPartitionsServed(
                    broker.topics().stream().mapToInt(topic -> topic.partitions().size()).sum())
                .build());
  }

  @Override
  public void describeRing(
      DescribeRingRequest request, StreamObserver<DescribeRingResponse> response) {
    broker.answer(
        response,
        () -> DescribeRingResponse.newBuilder().addPositions(position()).setIdeal(true).build());
  }

  private RingPosition position() {
    return RingPosition.newBuilder()
        .setId(ID)
        .setAddress(broker.address())
        .setPredecessor(broker.address())
        .addSuccessors(broker.address())
        .build();
  }
}

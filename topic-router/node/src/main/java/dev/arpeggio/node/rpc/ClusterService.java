package dev.arpeggio.node.rpc;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import dev.arpeggio.protocol.v1.DescribeRingRequest;
import dev.arpeggio.protocol.v1.DescribeRingResponse;
import dev.arpeggio.protocol.v1.TracePartitionRequest;
import dev.arpeggio.protocol.v1.TracePartitionResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a node tells of itself and of the ring around it. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {

  private final Supplier<DescribeNodeResponse> node;
  private final Consumer<Consumer<DescribeRingResponse>> ring;
  private final PartitionTraces traces;

  /**
   * @param node this node's state; any thread
   * @param ring walks the ring and answers once, on any thread
   */
  public ClusterService(
      Supplier<DescribeNodeResponse> node,
      Consumer<Consumer<DescribeRingResponse>> ring,
      PartitionTraces traces) {
    this.node = node;
    this.ring = ring;
    this.traces = traces;
  }

  @Override
  public void describeNode(
      DescribeNodeRequest request, StreamObserver<DescribeNodeResponse> response) {
    SimpleCalls.answer(response, node.get());
  }

  @Override
  public void describeRing(
      DescribeRingRequest request, StreamObserver<DescribeRingResponse> response) {
    ring.accept(answer -> SimpleCalls.answer(response, answer));
  }

  @Override
  public void tracePartition(
      TracePartitionRequest request, StreamObserver<TracePartitionResponse> response) {
    traces.trace(request, response);
  }
}

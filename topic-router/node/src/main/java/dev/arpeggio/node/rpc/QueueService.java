package dev.arpeggio.node.rpc;

import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.AcknowledgeResponse;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveRequest;
import dev.arpeggio.protocol.v1.ReceiveResponse;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SendResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The data plane: streams for the client library, single calls for simple clients. */
public final class QueueService extends QueueGrpc.QueueImplBase {

  private final Shards shards;
  private final SimpleCalls simple;

  public QueueService(Shards shards, SimpleCalls simple) {
    this.shards = shards;
    this.simple = simple;
  }

  @Override
  public StreamObserver<PublishRequest> publish(StreamObserver<PublishResponse> responses) {
    return new PublishStream((ServerCallStreamObserver<PublishResponse>) responses, shards);
  }

  @Override
  public StreamObserver<ConsumeRequest> consume(StreamObserver<ConsumeResponse> responses) {
    return new ConsumeStream((ServerCallStreamObserver<ConsumeResponse>) responses, shards);
  }

  @Override
  public void send(SendRequest request, StreamObserver<SendResponse> response) {
    simple.send(request, response);
  }

  @Override
  public void receive(ReceiveRequest request, StreamObserver<ReceiveResponse> response) {
    simple.receive(request, response);
  }

  @Override
  public void acknowledge(
      AcknowledgeRequest request, StreamObserver<AcknowledgeResponse> response) {
    simple.acknowledge(request, response);
  }
}

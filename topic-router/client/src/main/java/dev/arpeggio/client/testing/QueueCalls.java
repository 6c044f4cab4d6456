package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Publishing and consuming, by streams. */
final class QueueCalls extends QueueGrpc.QueueImplBase {
  private static final String DEFAULT_SUBSCRIPTION = "default";

  private final Broker broker;

  QueueCalls(Broker broker) {
    this.broker = broker;
  }

  /** The name that stands for no name. */
  static String named(String subscription) {
    return subscription.isEmpty() ? DEFAULT_SUBSCRIPTION : subscription;
  }

  @Override
  public StreamObserver<PublishRequest> publish(StreamObserver<PublishResponse> responses) {
    tolerateCancellation(responses);
    return new PublishCall(broker, responses);
  }

  @Override
  public StreamObserver<ConsumeRequest> consume(StreamObserver<ConsumeResponse> responses) {
    tolerateCancellation(responses);
    return new ConsumeCall(broker, responses);
  }

  // What is sent before the broker hears of the end is lost; otherwise it would be an error of
  // whoever caused it to be sent.
  private static void tolerateCancellation(StreamObserver<?> responses) {
    ((ServerCallStreamObserver<?>) responses).setOnCancelHandler(() -> {});
  }
}

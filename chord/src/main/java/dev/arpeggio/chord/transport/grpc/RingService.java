package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.grpc.v1.RingGrpc;
import dev.arpeggio.chord.transport.grpc.v1.Wire;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls from gRPC's threads to the loop and the answers back. At most {@value #MAX_IN_FLIGHT}
 * wait for the loop.
 */
final class RingService extends RingGrpc.RingImplBase {
  private static final int MAX_IN_FLIGHT = 1024;

  private final EventLoop loop;
  private final AtomicReference<@Nullable RequestHandler> handler = new AtomicReference<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean closed;

  RingService(EventLoop loop) {
    this.loop = loop;
  }

  void serve(RequestHandler requests) {
    if (!handler.compareAndSet(null, requests)) {
      throw new IllegalStateException("this transport is served already");
    }
  }

  void close() {
    closed = true;
  }

  @Override
  public void call(Wire.CallRequest call, StreamObserver<Wire.CallResponse> observer) {
    if (closed) {
      observer.onError(Status.UNAVAILABLE.withDescription("closed").asRuntimeException());
      return;
    }
    RingRequest request;
    try {
      request = Codec.decode(call);
    } catch (Codec.MalformedException e) {
      respond(observer, refusal(RefusalReason.MALFORMED, String.valueOf(e.getMessage())));
      return;
    }
    if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
      inFlight.decrementAndGet();
      respond(observer, refusal(RefusalReason.OVERLOADED, MAX_IN_FLIGHT + " calls are under way"));
      return;
    }
    loop.execute(
        () -> {
          inFlight.decrementAndGet();
          RequestHandler served = handler.get();
          respond(
              observer,
              served == null
                  ? refusal(RefusalReason.NOT_MEMBER, "the node does not serve yet")
                  : served.handle(request));
        });
  }

  private static RingResponse refusal(RefusalReason reason, String detail) {
    return new RingResponse.Refused(reason, detail);
  }

  private static void respond(StreamObserver<Wire.CallResponse> observer, RingResponse response) {
    observer.onNext(Codec.encode(response));
    observer.onCompleted();
  }
}

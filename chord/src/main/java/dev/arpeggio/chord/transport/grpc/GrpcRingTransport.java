package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.grpc.v1.RingGrpc;
import dev.arpeggio.chord.transport.grpc.v1.Wire;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls over gRPC. Either opened with a server of its own, by {@link GrpcRingTransportProvider}, or
 * attached to the embedder's server, so that one port serves everything. Safe for any thread;
 * gRPC's threads do nothing but encode, decode and hand on to the loop.
 *
 * <p>Every call has a deadline, and at most {@value #MAX_IN_FLIGHT} are under way.
 */
public final class GrpcRingTransport implements RingTransport {
  static final int MAX_MESSAGE_BYTES = 64 * 1024;

  private static final int MAX_IN_FLIGHT = 1024;

  private final String address;
  private final EventLoop loop;
  private final RingService service;
  private final @Nullable Server server;
  private final ChannelPool channels = new ChannelPool();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean closed;

  private GrpcRingTransport(
      String address, EventLoop loop, RingService service, @Nullable Server server) {
    this.address = address;
    this.loop = loop;
    this.service = service;
    this.server = server;
  }

  /**
   * A transport without a server: the embedder adds {@link #service()} to its own, which should
   * permit keep-alive pings every 30 s and may use a direct executor for this service. Closing the
   * transport leaves that server alone.
   *
   * @param advertisedAddress {@code grpc://host:port} of that server, as other nodes reach it
   * @throws IllegalArgumentException if the address has another form
   */
  public static GrpcRingTransport attached(String advertisedAddress, EventLoop loop) {
    String address = GrpcAddress.parse(advertisedAddress).toString();
    return new GrpcRingTransport(address, loop, new RingService(loop), null);
  }

  /**
   * A transport with a server of its own, listening at this address; port 0 means any free port.
   */
  static GrpcRingTransport listening(GrpcAddress listen, EventLoop loop) throws IOException {
    InetSocketAddress socket = new InetSocketAddress(listen.host(), listen.port());
    if (socket.isUnresolved() || socket.getAddress().isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          listen + " does not say at which address other nodes reach this one");
    }
    RingService service = new RingService(loop);
    Server server =
        NettyServerBuilder.forAddress(socket)
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .addService(service)
            .build()
            .start();
    String address = new GrpcAddress(listen.host(), server.getPort()).toString();
    return new GrpcRingTransport(address, loop, service, server);
  }

  /** What answers the calls of others. */
  public BindableService service() {
    return service;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void serve(RequestHandler handler) {
    service.serve(handler);
  }

  @Override
  public void call(
      String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
    if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
      inFlight.decrementAndGet();
      fail(
          callback,
          new CallFailure.Refused(
              RefusalReason.OVERLOADED, MAX_IN_FLIGHT + " calls are under way"));
      return;
    }
    ManagedChannel channel;
    try {
      channel = channels.to(callee, loop.nanoTime());
    } catch (IllegalArgumentException e) {
      inFlight.decrementAndGet();
      fail(callback, new CallFailure.Unreachable(String.valueOf(e.getMessage())));
      return;
    }
    if (channel == null) {
      inFlight.decrementAndGet();
      fail(callback, new CallFailure.Unreachable(address + " is closed"));
      return;
    }
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            RingGrpc.getCallMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)),
        Codec.encode(request),
        new Receiver(callee, channel, request.handshake().idBits(), callback));
  }

  @Override
  public void close() {
    closed = true;
    service.close();
    channels.close();
    if (server != null) {
      server.shutdownNow();
    }
  }

  private void fail(ResponseCallback callback, CallFailure failure) {
    loop.execute(() -> callback.failed(failure));
  }

  /** Takes one answer from gRPC's thread to the loop. */
  private final class Receiver implements StreamObserver<Wire.CallResponse> {
    private final String callee;
    private final ManagedChannel channel;
    private final int idBits;
    private final ResponseCallback callback;
    private Wire.@Nullable CallResponse message;

    Receiver(String callee, ManagedChannel channel, int idBits, ResponseCallback callback) {
      this.callee = callee;
      this.channel = channel;
      this.idBits = idBits;
      this.callback = callback;
    }

    @Override
    public void onNext(Wire.CallResponse response) {
      message = response;
    }

    @Override
    public void onError(Throwable error) {
      inFlight.decrementAndGet();
      Status status = Status.fromThrowable(error);
      if (status.getCode() == Status.Code.UNAVAILABLE) {
        channels.discard(callee, channel);
      }
      fail(
          callback,
          closed ? new CallFailure.Unreachable(address + " is closed") : Failures.of(status));
    }

    @Override
    public void onCompleted() {
      inFlight.decrementAndGet();
      Wire.CallResponse received = message;
      if (received == null) {
        fail(callback, new CallFailure.Refused(RefusalReason.MALFORMED, "an empty answer"));
        return;
      }
      try {
        RingResponse response = Codec.decode(idBits, received);
        if (response instanceof RingResponse.Refused refused) {
          fail(callback, new CallFailure.Refused(refused.reason(), refused.detail()));
        } else {
          loop.execute(() -> callback.succeeded(response));
        }
      } catch (Codec.MalformedException e) {
        fail(
            callback,
            new CallFailure.Refused(RefusalReason.MALFORMED, String.valueOf(e.getMessage())));
      }
    }
  }
}

package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Position;
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
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls over gRPC. Either opened with a server of its own, by {@link GrpcRingTransportProvider}, or
 * attached to the embedder's server, so that one port serves everything. Safe for any thread;
 * gRPC's threads do nothing but encode, decode and hand on to the loop.
 *
 * <p>Every call has a deadline, and {@link ChannelPool} bounds how many are under way. What comes
 * from outside is bounded too: the size of a message, the calls of one connection, and those that
 * wait for the loop.
 */
public final class GrpcRingTransport implements RingTransport {
  static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** A caller that has not finished its greeting by then is hung up on. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** A caller's connection that is silent for so long is checked, and closed if it is dead. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(20);

  private final String address;
  private final EventLoop loop;
  private final RingService service;
  private final @Nullable Server server;
  private final ChannelPool channels;
  private volatile boolean closed;

  private GrpcRingTransport(
      String address,
      EventLoop loop,
      RingService service,
      @Nullable Server server,
      ChannelCredentials credentials) {
    this.address = address;
    this.loop = loop;
    this.service = service;
    this.server = server;
    this.channels = new ChannelPool(credentials);
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
    return attached(advertisedAddress, loop, InsecureChannelCredentials.create());
  }

  /**
   * The same with credentials for the calls to other nodes, for example {@link
   * RingTls#channelCredentials()} where the embedder's server has those of the same object. Whoever
   * calls the service is for that server to judge.
   *
   * @throws IllegalArgumentException if the address has another form
   */
  public static GrpcRingTransport attached(
      String advertisedAddress, EventLoop loop, ChannelCredentials credentials) {
    String address = GrpcAddress.parse(advertisedAddress).toString();
    return new GrpcRingTransport(address, loop, new RingService(loop), null, credentials);
  }

  /**
   * A transport with a server of its own, listening at this address; port 0 means any free port.
   */
  static GrpcRingTransport listening(GrpcAddress listen, EventLoop loop, @Nullable RingTls tls)
      throws IOException {
    InetSocketAddress socket = new InetSocketAddress(listen.host(), listen.port());
    if (socket.isUnresolved() || socket.getAddress().isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          listen + " does not say at which address other nodes reach this one");
    }
    RingService service = new RingService(loop);
    Server server =
        NettyServerBuilder.forAddress(
                socket, tls == null ? InsecureServerCredentials.create() : tls.serverCredentials())
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .maxConcurrentCallsPerConnection(ChannelPool.MAX_CALLS_PER_PEER)
            .handshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .addService(service)
            .build()
            .start();
    String address = new GrpcAddress(listen.host(), server.getPort()).toString();
    return new GrpcRingTransport(
        address,
        loop,
        service,
        server,
        tls == null ? InsecureChannelCredentials.create() : tls.channelCredentials());
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
    Position position = Position.of(callee);
    ChannelPool.Permit permit = channels.begin(position.daemon(), loop.nanoTime());
    if (permit instanceof ChannelPool.Lease lease) {
      send(lease, request.at(position.number()), timeout, callback);
    } else if (permit instanceof ChannelPool.Denied denied) {
      fail(callback, denied.failure());
    }
  }

  private void send(
      ChannelPool.Lease lease, RingRequest request, Duration timeout, ResponseCallback callback) {
    ClientCalls.asyncUnaryCall(
        lease
            .channel()
            .newCall(
                RingGrpc.getCallMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)),
        Codec.encode(request),
        new Receiver(lease, request.handshake().idBits(), callback));
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
    private final ChannelPool.Lease lease;
    private final int idBits;
    private final ResponseCallback callback;
    private Wire.@Nullable CallResponse message;

    Receiver(ChannelPool.Lease lease, int idBits, ResponseCallback callback) {
      this.lease = lease;
      this.idBits = idBits;
      this.callback = callback;
    }

    @Override
    public void onNext(Wire.CallResponse response) {
      message = response;
    }

    @Override
    public void onError(Throwable error) {
      Status status = Status.fromThrowable(error);
      channels.end(
          lease,
          switch (status.getCode()) {
            case UNAVAILABLE -> ChannelPool.End.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> ChannelPool.End.TIMED_OUT;
            default -> ChannelPool.End.ANSWERED;
          });
      fail(
          callback,
          closed ? new CallFailure.Unreachable(address + " is closed") : Failures.of(status));
    }

    @Override
    public void onCompleted() {
      channels.end(lease, ChannelPool.End.ANSWERED);
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

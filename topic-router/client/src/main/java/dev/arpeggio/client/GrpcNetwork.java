package dev.arpeggio.client;

import com.google.common.net.HostAndPort;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Driver: one gRPC channel per node, shared by everything in the client. Confined to the event
 * loop; answers hop onto it from gRPC's threads.
 *
 * <p>A channel that failed to connect is replaced at its next use, because gRPC would answer from
 * its own back-off, which grows to minutes, where ours asks again within milliseconds.
 */
final class GrpcNetwork implements Network {
  private static final int MAX_INBOUND_BYTES = 4 << 20;
  // A node must permit pings this often; a host that vanished without a reset shows after both
  // times.
  private static final Duration KEEP_ALIVE_TIME = Duration.ofSeconds(10);
  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final Duration connectTimeout;
  private final ChannelSecurity security;
  private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();
  // Where a call failed since the channel was last used; bounded by the channels.
  private final Set<String> suspects = new LinkedHashSet<>();
  // Who has answered anything since; what does not speak our language never did. Bounded likewise.
  private final Set<String> heard = new LinkedHashSet<>();
  // Replaced, and perhaps still finishing calls.
  private final List<ManagedChannel> retired = new ArrayList<>();

  GrpcNetwork(EventLoop loop, Duration connectTimeout, ChannelSecurity security) {
    this.loop = loop;
    this.connectTimeout = connectTimeout;
    this.security = security;
  }

  @Override
  public <Q, R> void call(
      String address, MethodDescriptor<Q, R> method, Q request, Duration timeout, Reply<R> reply) {
    ClientCall<Q, R> call =
        channel(address)
            .newCall(
                method,
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
    ClientCalls.asyncUnaryCall(
        call,
        request,
        new StreamObserver<R>() {
          @Override
          public void onNext(R response) {
            loop.execute(
                () -> {
                  heard.add(address);
                  reply.answered(response);
                });
          }

          @Override
          public void onError(Throwable error) {
            loop.execute(() -> reply.failed(failure(error, address)));
          }

          @Override
          public void onCompleted() {
            // The answer came with onNext; without one, gRPC reports an error.
          }
        });
  }

  @Override
  public <Q, R> RequestStream<Q> open(
      String address, MethodDescriptor<Q, R> method, StreamListener<R> listener) {
    ClientCall<Q, R> call = channel(address).newCall(method, CallOptions.DEFAULT);
    StreamObserver<Q> requests =
        ClientCalls.asyncBidiStreamingCall(
            call,
            new StreamObserver<R>() {
              @Override
              public void onNext(R response) {
                loop.execute(
                    () -> {
                      heard.add(address);
                      listener.received(response);
                    });
              }

              @Override
              public void onError(Throwable error) {
                loop.execute(() -> listener.ended(failure(error, address)));
              }

              @Override
              public void onCompleted() {
                ArpeggioException failure = Failures.streamEnded(address);
                loop.execute(() -> listener.ended(failure));
              }
            });
    return new GrpcRequestStream<>((ClientCallStreamObserver<Q>) requests);
  }

  /** Ends all calls. */
  void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    retired.forEach(ManagedChannel::shutdownNow);
  }

  private ManagedChannel channel(String address) {
    ManagedChannel channel = channels.get(address);
    boolean suspect = suspects.remove(address);
    if (channel != null && hasFailed(channel.getState(false), suspect)) {
      channel.shutdown();
      retired.removeIf(ManagedChannel::isTerminated);
      retired.add(channel);
      channel = null;
    }
    if (channel == null) {
      channel = newChannel(address);
      channels.put(address, channel);
    }
    return channel;
  }

  private ArpeggioException failure(Throwable error, String address) {
    ArpeggioException failure = Failures.from(error, address, heard.contains(address));
    if (failure.reason() == Reason.UNREACHABLE) {
      suspects.add(address);
    }
    return failure;
  }

  // gRPC fails the calls of a channel a moment before its state says why.
  private static boolean hasFailed(ConnectivityState state, boolean suspect) {
    return state == ConnectivityState.TRANSIENT_FAILURE
        || (suspect && state == ConnectivityState.CONNECTING);
  }

  private ManagedChannel newChannel(String address) {
    HostAndPort node = Addresses.parseOne(address);
    return NettyChannelBuilder.forAddress(node.getHost(), node.getPort(), security.credentials())
        .directExecutor()
        .disableRetry()
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .withOption(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
        .keepAliveTime(KEEP_ALIVE_TIME.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .build();
  }

  private record GrpcRequestStream<Q>(ClientCallStreamObserver<Q> requests)
      implements RequestStream<Q> {
    @Override
    public void send(Q request) {
      requests.onNext(request);
    }

    @Override
    public void finish() {
      requests.onCompleted();
    }

    @Override
    public void cancel() {
      requests.cancel("The client needs this stream no longer.", null);
    }
  }
}

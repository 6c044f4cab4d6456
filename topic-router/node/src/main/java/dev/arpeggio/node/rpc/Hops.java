package dev.arpeggio.node.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * How often a call was forwarded from node to node. Two nodes with different views of the ring
 * could pass a call between them for ever; after {@link #MAX} hops it fails instead, and the
 * client's retry finds the ring in agreement.
 */
public final class Hops implements ServerInterceptor {

  static final int MAX = 3;

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("arpeggio-hops", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Integer> MADE = Context.keyWithDefault("arpeggio-hops", 0);

  /** Hops that the current call has behind it. */
  static int made() {
    return MADE.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String value = headers.get(HEADER);
    if (value == null) {
      return next.startCall(call, headers);
    }
    // Whatever is not a small number counts as the end of the road.
    int hops = value.matches("[0-2]") ? Integer.parseInt(value) : MAX;
    return Contexts.interceptCall(Context.current().withValue(MADE, hops), call, headers, next);
  }

  /** Makes the next hop say that it is one. */
  static ClientInterceptor after(int hops) {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel channel) {
        return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {
          @Override
          public void start(Listener<A> listener, Metadata headers) {
            headers.put(HEADER, Integer.toString(hops + 1));
            super.start(listener, headers);
          }
        };
      }
    };
  }
}

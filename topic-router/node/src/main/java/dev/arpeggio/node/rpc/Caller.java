package dev.arpeggio.node.rpc;

import dev.arpeggio.node.security.Access;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * On whose behalf the current call is, which travels with its context, and from node to node with a
 * header. Without a call, or where nobody is asked who it is, it is the node's own. Safe for any
 * thread.
 */
final class Caller {
  static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("arpeggio-principal", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<Caller> CURRENT =
      Context.keyWithDefault("arpeggio-caller", new Caller(Access.open(), Optional.empty()));

  private final Access access;
  private final Optional<String> principal;
  private volatile Consumer<StatusRuntimeException> revoked = status -> {};

  Caller(Access access, Optional<String> principal) {
    this.access = access;
    this.principal = principal;
  }

  static Caller current() {
    return CURRENT.get();
  }

  Context within(Context context) {
    return context.withValue(CURRENT, this);
  }

  boolean sees(String topic) {
    return access.sees(principal, topic);
  }

  /**
   * What a stream does when it may not go on.
   *
   * @param action on any thread; again and again until the stream has ended
   */
  void whenRevoked(Consumer<StatusRuntimeException> action) {
    revoked = action;
  }

  void revoke(StatusRuntimeException why) {
    revoked.accept(why);
  }

  /** Makes a call to another node say on whose behalf it is. */
  ClientInterceptor named() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel channel) {
        return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {
          @Override
          public void start(Listener<A> listener, Metadata headers) {
            principal.ifPresent(name -> headers.put(ORIGIN, name));
            super.start(listener, headers);
          }
        };
      }
    };
  }
}

package dev.arpeggio.node.rpc;

import com.google.protobuf.MessageLite;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers bytes that are no message of the request's type as any other bad request. gRPC by itself
 * ends such a call as if the server had a defect, which clients take for a reason to repeat it.
 *
 * <p>A single call is refused before anybody hears of it. On a stream, such a request becomes an
 * empty one, which no stream takes: whoever serves the stream ends it in its own way, so that
 * nothing is sent behind the end.
 */
public final class DecodedRequests {
  private DecodedRequests() {}

  /** The same service. */
  public static ServerServiceDefinition of(BindableService service) {
    ServerServiceDefinition strict = service.bindService();
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(strict.getServiceDescriptor().getName())
            .setSchemaDescriptor(strict.getServiceDescriptor().getSchemaDescriptor());
    for (ServerMethodDefinition<?, ?> method : strict.getMethods()) {
      ServerMethodDefinition<?, ?> lenient = lenient(method);
      methods.add(lenient);
      descriptor.addMethod(lenient.getMethodDescriptor());
    }
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> lenient(ServerMethodDefinition<Q, A> strict) {
    MethodDescriptor<Q, A> method = strict.getMethodDescriptor();
    boolean single = method.getType().clientSendsOneMessage();
    return ServerMethodDefinition.create(
        method.toBuilder(
                new Lenient<>(method.getRequestMarshaller(), single),
                method.getResponseMarshaller())
            .build(),
        single ? refusing(strict.getServerCallHandler()) : strict.getServerCallHandler());
  }

  private static <Q, A> ServerCallHandler<Q, A> refusing(ServerCallHandler<Q, A> handler) {
    return (call, headers) -> new Refusing<>(call, handler.startCall(call, headers));
  }

  /** Null, or an empty message, for what cannot be decoded. */
  private record Lenient<Q>(Marshaller<Q> strict, boolean single) implements Marshaller<Q> {
    @Override
    public InputStream stream(Q value) {
      return strict.stream(value);
    }

    @Override
    @SuppressWarnings("NullAway") // Refusing alone sees the null.
    public Q parse(InputStream stream) {
      try {
        return strict.parse(stream);
      } catch (StatusRuntimeException e) {
        return single ? null : empty();
      }
    }

    private Q empty() {
      if (strict instanceof PrototypeMarshaller<Q> typed
          && typed.getMessagePrototype() instanceof MessageLite prototype) {
        @SuppressWarnings("unchecked") // A default instance is of the type of its prototype.
        Q empty = (Q) prototype.getDefaultInstanceForType();
        return empty;
      }
      throw new IllegalStateException("not a marshaller of protobuf messages: " + strict);
    }
  }

  /** Closes the call instead of passing on a request that is null, and everything after it. */
  private static final class Refusing<Q> extends ServerCall.Listener<Q> {
    private final ServerCall<?, ?> call;
    private final ServerCall.Listener<Q> handler;
    private boolean refused;

    Refusing(ServerCall<?, ?> call, ServerCall.Listener<Q> handler) {
      this.call = call;
      this.handler = handler;
    }

    @Override
    public void onMessage(@Nullable Q request) {
      if (request != null) {
        handler.onMessage(request);
        return;
      }
      refused = true;
      StatusRuntimeException invalid =
          Errors.invalid("request", "is not an encoded message of the type that the call takes");
      Metadata trailers = invalid.getTrailers();
      call.close(invalid.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        handler.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      handler.onCancel();
    }

    @Override
    public void onComplete() {
      handler.onComplete();
    }

    @Override
    public void onReady() {
      if (!refused) {
        handler.onReady();
      }
    }
  }
}

package dev.arpeggio.node.rpc;

import com.google.protobuf.MessageLite;
import dev.arpeggio.node.security.Access;
import dev.arpeggio.node.security.Denial;
import dev.arpeggio.node.security.Need;
import dev.arpeggio.node.security.Shown;
import dev.arpeggio.node.security.TokenDigest;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every call passes here before it reaches a service: who makes it, at its beginning, and whether
 * that one may do what it asks, at each request. Streams that stand are looked at again by {@link
 * #recheck}. Safe for any thread.
 */
public final class Gate implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "bearer ";
  private static final String OVERHEARD =
      "the token came over a connection that others can read; take it back, and use TLS";

  private final Access access;
  private final Rights rights = new Rights();

  /** Streams that stand; as many as there are calls. */
  private final Set<Checked<?>> streams = ConcurrentHashMap.newKeySet();

  public Gate(Access access) {
    this.access = access;
  }

  /**
   * That the table of rights has every method of these.
   *
   * @throws IllegalStateException if one was forgotten
   */
  public void requireComplete(List<ServerServiceDefinition> served) {
    rights.requireComplete(served);
  }

  /**
   * Ends the streams that are not allowed any more: a proof has expired or was taken back, or a
   * permission was.
   */
  public void recheck() {
    streams.forEach(Checked::recheck);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Rights.Right right = rights.of(call.getMethodDescriptor());
    if (access.isOpen() || (right != null && right.forEverybody())) {
      return next.startCall(call, headers);
    }
    if (right == null) {
      throw new IllegalStateException(
          "nothing says who may call " + call.getMethodDescriptor().getFullMethodName());
    }
    Shown shown = shown(call, headers);
    if (shown.token().isPresent() && !isPrivate(call)) {
      close(call, new Denial.Unauthenticated(OVERHEARD));
      return new ServerCall.Listener<>() {};
    }
    Access.Verdict verdict = access.judge(shown, List.of());
    if (verdict instanceof Access.Denied denied) {
      close(call, denied.denial());
      return new ServerCall.Listener<>() {};
    }
    Caller caller = new Caller(access, ((Access.Allowed) verdict).principal());
    Context context = caller.within(Context.current());
    return new Checked<>(
        Contexts.interceptCall(context, call, headers, next), call, right, shown, caller);
  }

  private static Shown shown(ServerCall<?, ?> call, Metadata headers) {
    return new Shown(
        Optional.ofNullable(call.getAttributes().get(CertificateNames.IDENTITY)),
        token(headers),
        Optional.ofNullable(headers.get(Caller.ORIGIN)));
  }

  private static boolean isPrivate(ServerCall<?, ?> call) {
    return call.getSecurityLevel() == SecurityLevel.PRIVACY_AND_INTEGRITY
        || (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                instanceof InetSocketAddress peer
            && peer.getAddress().isLoopbackAddress());
  }

  private static Optional<TokenDigest> token(Metadata headers) {
    String value = headers.get(AUTHORIZATION);
    return value != null && value.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? Optional.of(TokenDigest.of(value.substring(SCHEME.length()).strip()))
        : Optional.empty();
  }

  private static void close(ServerCall<?, ?> call, Denial denial) {
    StatusRuntimeException refusal = Errors.of(denial);
    Metadata trailers = refusal.getTrailers();
    call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** One call whose caller is known. */
  private final class Checked<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final Rights.Right right;
    private final Shown shown;
    private final Caller caller;
    private boolean refused;

    /** Of a stream, since its first request that asked for something. */
    private volatile List<Need> standing = List.of();

    Checked(
        ServerCall.Listener<Q> delegate,
        ServerCall<Q, ?> call,
        Rights.Right right,
        Shown shown,
        Caller caller) {
      super(delegate);
      this.call = call;
      this.right = right;
      this.shown = shown;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      List<Need> needs = right.needs().apply((MessageLite) message);
      if (!needs.isEmpty() && access.judge(shown, needs) instanceof Access.Denied denied) {
        refused = true;
        close(call, denied.denial());
      }
      if (refused) {
        return;
      }
      if (!needs.isEmpty() && !call.getMethodDescriptor().getType().clientSendsOneMessage()) {
        standing = needs;
        streams.add(this);
      }
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      streams.remove(this);
      super.onCancel();
    }

    @Override
    public void onComplete() {
      streams.remove(this);
      super.onComplete();
    }

    void recheck() {
      if (access.judge(shown, standing) instanceof Access.Denied denied) {
        caller.revoke(Errors.of(denied.denial()));
      }
    }
  }
}

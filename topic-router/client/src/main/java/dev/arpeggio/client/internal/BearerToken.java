package dev.arpeggio.client.internal;

import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Shows a token with each call, if the connection is such that nobody else can read it: it is
 * encrypted, or does not leave the machine. Otherwise the call fails before anything is sent. The
 * token is asked for anew for each call, so that it can be replaced. Safe for any thread.
 */
public final class BearerToken extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern FORM = Pattern.compile("[!-~]{1,4096}");

  private final Supplier<String> token;

  /**
   * @param token runs on gRPC's threads, and must not block for long
   */
  public BearerToken(Supplier<String> token) {
    this.token = token;
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier result) {
    if (!isPrivate(call)) {
      result.fail(
          Status.UNAUTHENTICATED.withDescription(
              "a token is not sent over a connection that others can read; use TLS"));
      return;
    }
    String value;
    try {
      value = token.get();
    } catch (RuntimeException e) {
      result.fail(Status.UNAUTHENTICATED.withDescription("no token: " + e.getMessage()));
      return;
    }
    // Whatever it is, it must not get into a message.
    if (value == null || !FORM.matcher(value).matches()) {
      result.fail(Status.UNAUTHENTICATED.withDescription("what is given as a token is none"));
      return;
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + value);
    result.apply(headers);
  }

  private static boolean isPrivate(RequestInfo call) {
    Attributes connection = call.getTransportAttrs();
    return call.getSecurityLevel() == SecurityLevel.PRIVACY_AND_INTEGRITY
        || (connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress peer
            && peer.getAddress() != null
            && peer.getAddress().isLoopbackAddress());
  }

  @Override
  public String toString() {
    return "BearerToken";
  }
}

package dev.arpeggio.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what gRPC reports into the library's own exceptions. Stateless. */
final class Failures {
  /** The detail that says what was wrong about TLS. */
  static final String TLS = "tls";

  private static final String DOMAIN = "arpeggio.dev";
  private static final Map<String, Reason> REASONS =
      Arrays.stream(Reason.values()).collect(Collectors.toMap(Enum::name, Function.identity()));

  private Failures() {}

  /**
   * @param heard whether the node at this address has answered anything before
   */
  static ArpeggioException from(Throwable error, String address, boolean heard) {
    Status status = Status.fromThrowable(error);
    String description = status.getDescription();
    String said = description == null ? status.getCode().name() : description;
    ErrorInfo info = errorInfo(error);
    if (info != null) {
      return new ArpeggioException(
          REASONS.getOrDefault(info.getReason(), Reason.UNKNOWN),
          address + ": " + said,
          info.getMetadataMap(),
          error);
    }
    Map<String, String> details = new TreeMap<>(Map.of("addresses", address));
    Optional<String> tls = TlsFailures.explain(status, heard);
    tls.ifPresent(why -> details.put(TLS, why));
    return new ArpeggioException(
        unattributed(status), address + ": " + tls.orElse(said), details, error);
  }

  /** A node ended a stream as if all were well, which only the client may do. */
  static ArpeggioException streamEnded(String address) {
    return new ArpeggioException(
        Reason.UNREACHABLE,
        address + ": the node ended the stream",
        Map.of("addresses", address),
        null);
  }

  /** A node broke the protocol. */
  static ArpeggioException broken(String what) {
    return new ArpeggioException(Reason.INTERNAL, "The node broke the protocol: " + what);
  }

  static ArpeggioException closed(String what) {
    return new ArpeggioException(Reason.CLOSED, "The " + what + " is closed.");
  }

  /**
   * Time ran out over attempts of which this was the last; that no node answered is the more
   * telling reason.
   */
  static ArpeggioException expired(String what, ArpeggioException last) {
    Reason reason = last.reason() == Reason.UNREACHABLE ? Reason.UNREACHABLE : Reason.TIMED_OUT;
    return new ArpeggioException(
        reason, what + "; last failure: " + last.getMessage(), last.details(), last);
  }

  /** The same failure with the caller's stack, the first one as its cause. */
  static ArpeggioException rethrown(ArpeggioException failure) {
    return new ArpeggioException(
        failure.reason(), String.valueOf(failure.getMessage()), failure.details(), failure);
  }

  /** For a thread that was interrupted while it waited; sets its flag again. */
  static ArpeggioException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ArpeggioException(Reason.INTERRUPTED, "Interrupted while waiting.", Map.of(), cause);
  }

  // Without an ErrorInfo it is gRPC itself that speaks, not the node. A connection that ends badly
  // shows as any of the first group:
  // GOAWAY with an error is INTERNAL, or RESOURCE_EXHAUSTED where the server found our pings too
  // many. A write to a connection that is closed already ends as UNKNOWN, with a cause: that is
  // this
  // side's own, as causes do not travel.
  private static Reason unattributed(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, CANCELLED, INTERNAL, RESOURCE_EXHAUSTED -> Reason.UNREACHABLE;
      case DEADLINE_EXCEEDED -> Reason.TIMED_OUT;
      // Also where the library itself kept a token back.
      case UNAUTHENTICATED -> Reason.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Reason.PERMISSION_DENIED;
      case UNKNOWN ->
          status.getCause() instanceof IOException ? Reason.UNREACHABLE : Reason.UNKNOWN;
      default -> Reason.UNKNOWN;
    };
  }

  private static @Nullable ErrorInfo errorInfo(Throwable error) {
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    if (status == null) {
      return null;
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          if (info.getDomain().equals(DOMAIN)) {
            return info;
          }
        } catch (InvalidProtocolBufferException e) {
          return ErrorInfo.newBuilder()
              .setReason(Reason.UNKNOWN.name())
              .putMetadata("undecodable", String.valueOf(e.getMessage()))
              .build();
        }
      }
    }
    return null;
  }
}

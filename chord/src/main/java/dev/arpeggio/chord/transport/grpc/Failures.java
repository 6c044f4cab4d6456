package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import io.grpc.Status;
import java.net.ConnectException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a gRPC status says about the node at the other end. */
final class Failures {
  private Failures() {}

  static CallFailure of(Status status) {
    String detail = detail(status);
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          isRefusal(status.getCause())
              ? new CallFailure.Unreachable(detail)
              : new CallFailure.TimedOut(detail);
      case RESOURCE_EXHAUSTED -> new CallFailure.Refused(RefusalReason.OVERLOADED, detail);
      // A gRPC server that knows no ring: whoever was a member here is gone.
      case UNIMPLEMENTED -> new CallFailure.Refused(RefusalReason.NOT_MEMBER, detail);
      default -> new CallFailure.TimedOut(detail);
    };
  }

  /**
   * Only a refused connection proves that nobody listens; a connection that broke or could not be
   * made in time proves nothing.
   */
  private static boolean isRefusal(@Nullable Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (t instanceof ConnectException
          && message != null
          && message.toLowerCase(Locale.ROOT).contains("connection refused")) {
        return true;
      }
    }
    return false;
  }

  private static String detail(Status status) {
    Throwable cause = status.getCause();
    return status.getCode()
        + (status.getDescription() == null ? "" : ": " + status.getDescription())
        + (cause == null ? "" : " (" + cause.getMessage() + ")");
  }
}

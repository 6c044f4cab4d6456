package dev.arpeggio.client;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What it means that two ends do not agree about TLS. Stateless. */
final class TlsFailures {
  private static final String CLOSED = "Network closed for unknown reason";

  private TlsFailures() {}

  /**
   * A sentence; empty if TLS is not the matter.
   *
   * @param heard whether the node has answered anything before
   */
  static Optional<String> explain(Status status, boolean heard) {
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return Optional.empty();
    }
    Throwable cause = status.getCause();
    if (find(cause, NotSslRecordException.class) != null) {
      return Optional.of("the node does not speak TLS at this port; connect without it");
    } else if (find(cause, CertificateExpiredException.class) != null) {
      return Optional.of("the node's certificate has expired");
    } else if (find(cause, CertPathBuilderException.class) != null) {
      return Optional.of("the node's certificate is from an authority that is not trusted here");
    }
    CertificateException wrong = find(cause, CertificateException.class);
    if (wrong != null) {
      return Optional.of("the node's certificate is not accepted: " + wrong.getMessage());
    }
    SSLException broken = find(cause, SSLException.class);
    if (broken != null) {
      return Optional.of(alert(String.valueOf(broken.getMessage())));
    }
    return !heard && isHungUp(status)
        ? Optional.of(
            "the node closed the connection without a word; if it wants TLS, connect with it")
        : Optional.empty();
  }

  // The end of a connection arrives as such, or as a reset if something was just being sent.
  private static boolean isHungUp(Status status) {
    IOException cause = find(status.getCause(), IOException.class);
    if (cause == null) {
      return CLOSED.equals(status.getDescription());
    }
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return cause instanceof ClosedChannelException
        || message.contains("connection reset")
        || message.contains("broken pipe");
  }

  private static String alert(String message) {
    String words = message.toLowerCase(Locale.ROOT).replace('_', ' ');
    return words.contains("alert") && words.contains("certificate")
        ? "the node does not accept the client's certificate, or the lack of one: " + message
        : "TLS failed: " + message;
  }

  private static <T extends Throwable> @Nullable T find(@Nullable Throwable chain, Class<T> type) {
    for (Throwable t = chain; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }
}

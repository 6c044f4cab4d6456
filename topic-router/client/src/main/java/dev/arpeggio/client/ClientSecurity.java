package dev.arpeggio.client;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a client protects its connections, and as whom it comes. Immutable; made by {@link
 * ClientOptions#withTls} and {@link ClientOptions#withToken}.
 *
 * @param tls absent: plain text
 * @param token absent: the client shows none
 */
public record ClientSecurity(Optional<TlsOptions> tls, Optional<Supplier<String>> token) {
  /** Plain text, as nobody in particular. */
  static final ClientSecurity NONE = new ClientSecurity(Optional.empty(), Optional.empty());

  ClientSecurity with(TlsOptions options) {
    return new ClientSecurity(Optional.of(options), token);
  }

  ClientSecurity with(Supplier<String> supplier) {
    return new ClientSecurity(tls, Optional.of(supplier));
  }

  /** Does not repeat the token, whatever its supplier says of itself. */
  @Override
  public String toString() {
    return "ClientSecurity[tls=" + tls + ", token=" + (token.isPresent() ? "given" : "none") + "]";
  }
}

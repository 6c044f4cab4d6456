package dev.arpeggio.client;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a client speaks TLS. The node's certificate must come from a trusted authority and name the
 * host that was called. The files are read again whenever a connection is made, so they can be
 * replaced while the client runs; files that cannot be used then change nothing. Immutable.
 *
 * @param authorities PEM, the certificates that are trusted; absent: those that Java trusts
 * @param certificateChain PEM, who the client is, its own certificate first; absent: it does not
 *     say so by certificate
 * @param privateKey PEM, PKCS #8 without a password; there if the certificate is
 */
public record TlsOptions(
    Optional<Path> authorities, Optional<Path> certificateChain, Optional<Path> privateKey) {
  private static final TlsOptions DEFAULTS =
      new TlsOptions(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * @throws IllegalArgumentException if there is a certificate without its key, or the reverse
   */
  public TlsOptions {
    if (certificateChain.isPresent() != privateKey.isPresent()) {
      throw new IllegalArgumentException("a certificate and its key belong together");
    }
  }

  /** The authorities that Java trusts, and no certificate of one's own. */
  public static TlsOptions defaults() {
    return DEFAULTS;
  }

  /** Trusts these authorities and no others. */
  public TlsOptions withAuthorities(Path file) {
    return new TlsOptions(Optional.of(file), certificateChain, privateKey);
  }

  /** Says who the client is. */
  public TlsOptions withCertificate(Path chain, Path key) {
    return new TlsOptions(authorities, Optional.of(chain), Optional.of(key));
  }
}

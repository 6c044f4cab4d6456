package dev.arpeggio.node;

import java.nio.file.Path;

/**
 * How a node speaks TLS, with clients and with other nodes.
 *
 * @param certificateChain PEM, the node's own certificate first; for the host by which others reach
 *     the node, and usable for server and client
 * @param privateKey PEM, PKCS #8 without a password
 * @param authorities PEM, the certificates of those whose certificates are believed: nodes' and
 *     clients'
 * @param clientCertificates whether callers show theirs
 */
public record NodeTls(
    Path certificateChain,
    Path privateKey,
    Path authorities,
    ClientCertificates clientCertificates) {
  /** Whether callers show certificates. */
  public enum ClientCertificates {
    /** They are not asked for any, and nodes show none to each other. */
    NONE,
    /** Whoever has one shows it. */
    OPTIONAL,
    /** Whoever has none is not served at all. */
    REQUIRED
  }
}

package dev.arpeggio.node;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a node is protected. All files are read again when they change.
 *
 * @param tls absent: plain text
 * @param tokens whose tokens are good; absent: none are
 * @param permissions who may do what; absent: whoever is known may do everything, and without
 *     tokens everybody is
 * @param clusterToken the token that this node shows to other nodes
 * @param plaintextAnywhere whether addresses other than loopback may be listened on without TLS
 */
public record NodeSecurity(
    Optional<NodeTls> tls,
    Optional<Path> tokens,
    Optional<Path> permissions,
    Optional<Path> clusterToken,
    boolean plaintextAnywhere) {
  private static final NodeSecurity NONE =
      new NodeSecurity(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** Plain text on loopback, and everybody may do everything. */
  public static NodeSecurity none() {
    return NONE;
  }

  public NodeSecurity withTls(NodeTls other) {
    return new NodeSecurity(
        Optional.of(other), tokens, permissions, clusterToken, plaintextAnywhere);
  }

  public NodeSecurity withTokens(Path file) {
    return new NodeSecurity(tls, Optional.of(file), permissions, clusterToken, plaintextAnywhere);
  }

  public NodeSecurity withPermissions(Path file) {
    return new NodeSecurity(tls, tokens, Optional.of(file), clusterToken, plaintextAnywhere);
  }

  public NodeSecurity withClusterToken(Path file) {
    return new NodeSecurity(tls, tokens, permissions, Optional.of(file), plaintextAnywhere);
  }

  public NodeSecurity withPlaintextAnywhere(boolean allowed) {
    return new NodeSecurity(tls, tokens, permissions, clusterToken, allowed);
  }
}

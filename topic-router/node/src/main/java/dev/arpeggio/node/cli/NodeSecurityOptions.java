package dev.arpeggio.node.cli;

import dev.arpeggio.node.NodeSecurity;
import dev.arpeggio.node.NodeTls;
import dev.arpeggio.node.NodeTls.ClientCertificates;
import dev.arpeggio.node.cli.io.Failure;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options by which a node is protected. */
final class NodeSecurityOptions {
  @Mixin private final PlaintextOption plaintext = new PlaintextOption();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM: this node's certificate, then those that vouch for it. Turns TLS on.")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM: the certificate's key.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "PEM: whose certificates to believe, other nodes' and clients'.")
  private Optional<Path> authorities = Optional.empty();

  @Option(
      names = "--tls-client-cert",
      paramLabel = "none|optional|required",
      description = "Whether callers show a certificate (default: optional).")
  private @Nullable ClientCertificates clientCertificates;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "Lines as 'arpeggio token create' prints them: whose tokens are good.")
  private Optional<Path> tokens = Optional.empty();

  @Option(
      names = "--permissions",
      paramLabel = "FILE",
      description =
          "Lines PRINCIPAL PATTERN publish,consume,administer and PRINCIPAL node: who may do what."
              + " What is not named is refused.")
  private Optional<Path> permissions = Optional.empty();

  @Option(
      names = "--cluster-token-file",
      paramLabel = "FILE",
      description = "A file with the token that this node shows to other nodes.")
  private Optional<Path> clusterToken = Optional.empty();

  NodeSecurity security() {
    return new NodeSecurity(tls(), tokens, permissions, clusterToken, plaintext.anywhere());
  }

  private Optional<NodeTls> tls() {
    if (certificate.isEmpty() && key.isEmpty() && authorities.isEmpty()) {
      if (clientCertificates != null) {
        throw Failure.usage(
            "--tls-client-cert needs TLS", "add --tls-cert, --tls-key and --tls-ca");
      }
      return Optional.empty();
    }
    if (certificate.isEmpty() || key.isEmpty() || authorities.isEmpty()) {
      throw Failure.usage(
          "of --tls-cert, --tls-key and --tls-ca one is missing", "give all three, or none");
    }
    return Optional.of(
        new NodeTls(
            certificate.get(),
            key.get(),
            authorities.get(),
            clientCertificates == null ? ClientCertificates.OPTIONAL : clientCertificates));
  }
}

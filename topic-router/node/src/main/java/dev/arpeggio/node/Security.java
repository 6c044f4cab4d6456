package dev.arpeggio.node;

import dev.arpeggio.chord.transport.grpc.RingTls;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.TlsOptions;
import dev.arpeggio.client.internal.BearerToken;
import dev.arpeggio.node.NodeStartException.Kind;
import dev.arpeggio.node.NodeTls.ClientCertificates;
import dev.arpeggio.node.rpc.CertificateNames;
import dev.arpeggio.node.security.Access;
import dev.arpeggio.node.security.BadFileException;
import dev.arpeggio.node.security.Denial;
import dev.arpeggio.node.security.FileWatch;
import dev.arpeggio.node.security.Identity;
import dev.arpeggio.node.security.Need;
import dev.arpeggio.node.security.Permissions;
import dev.arpeggio.node.security.SecretFile;
import dev.arpeggio.node.security.Shown;
import dev.arpeggio.node.security.TokenDigest;
import dev.arpeggio.node.security.Tokens;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node's settings about security come to: what its server shows, what it shows to others,
 * and who judges over calls; and that all of it follows the files. Safe for any thread.
 */
final class Security implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Security.class);

  /** Bounds how long a stream goes on that is not allowed any more, too. */
  private static final Duration FILES_INTERVAL = Duration.ofSeconds(1);

  private static final String CLUSTER_TOKEN = "--cluster-token-file";

  private final NodeSecurity options;
  private final FileWatch files = new FileWatch(FILES_INTERVAL);
  private final @Nullable RingTls tls;
  private final Access access;
  private final AtomicReference<@Nullable String> clusterToken = new AtomicReference<>();

  /**
   * Reads all files.
   *
   * @throws NodeStartException if one cannot be used, or if they do not fit together
   */
  Security(NodeSecurity options) throws NodeStartException {
    this.options = options;
    this.tls = options.tls().isPresent() ? tls(options.tls().get()) : null;
    this.access = judge();
    if (options.clusterToken().isPresent()) {
      Path file = options.clusterToken().get();
      watch(CLUSTER_TOKEN, file, content -> clusterToken.set(SecretFile.readToken(file)));
    }
    if (!access.isOpen()) {
      requireToBeANode();
    }
  }

  private RingTls tls(NodeTls settings) throws NodeStartException {
    try {
      SecretFile.requirePrivate(settings.privateKey());
    } catch (BadFileException e) {
      throw invalid("--tls-key " + settings.privateKey() + " " + e.getMessage());
    }
    Path chain = settings.certificateChain();
    Path key = settings.privateKey();
    Path authorities = settings.authorities();
    try {
      RingTls made =
          switch (settings.clientCertificates()) {
            case NONE -> RingTls.serverOnly(chain, key, authorities);
            case OPTIONAL -> RingTls.optional(chain, key, authorities);
            case REQUIRED -> RingTls.mutual(chain, key, authorities);
          };
      files.add("--tls-cert, --tls-key, --tls-ca", List.of(chain, key, authorities), made::reload);
      return made;
    } catch (IOException | GeneralSecurityException | BadFileException e) {
      throw invalid(
          "the files of TLS cannot be used (" + e + "); correct --tls-cert, --tls-key or --tls-ca");
    }
  }

  private Access judge() throws NodeStartException {
    if (options.tokens().isEmpty() && options.permissions().isEmpty()) {
      if (options.tls().isPresent() || options.plaintextAnywhere()) {
        LOG.warn(
            "without --tokens and --permissions everybody who {} may do everything",
            certificates() == ClientCertificates.REQUIRED
                ? "has a certificate from --tls-ca"
                : "reaches this node");
      }
      return Access.open();
    }
    if (options.tokens().isEmpty() && certificates() == ClientCertificates.NONE) {
      throw invalid(
          "--permissions without --tokens and without certificates of clients lets nobody in;"
              + " give --tokens FILE, or TLS with --tls-client-cert optional");
    }
    // Closed until the files say otherwise.
    Access made =
        Access.of(
            options.tokens().map(file -> Tokens.none()),
            options.permissions().map(file -> Permissions.none()),
            InstantSource.system());
    if (options.tokens().isPresent()) {
      watch("--tokens", options.tokens().get(), content -> made.replace(Tokens.parse(content)));
    }
    if (options.permissions().isPresent()) {
      watch(
          "--permissions",
          options.permissions().get(),
          content -> made.replace(Permissions.parse(content)));
    }
    return made;
  }

  private void watch(String setting, Path file, FileWatch.LoadContent load)
      throws NodeStartException {
    try {
      files.add(setting + " " + file, file, load);
    } catch (BadFileException e) {
      throw invalid(setting + " " + file + " " + e.getMessage());
    } catch (IOException e) {
      throw invalid(setting + " " + file + " cannot be read (" + e + "); name a file that can");
    }
  }

  /** Other nodes judge this one by the same files, so it would not be let into the ring. */
  private void requireToBeANode() throws NodeStartException {
    Shown own =
        new Shown(
            ownCertificate(),
            Optional.ofNullable(clusterToken.get()).map(TokenDigest::of),
            Optional.empty());
    if (own.certificate().isEmpty() && own.token().isEmpty()) {
      throw invalid(
          "nodes could not prove to each other who they are; give "
              + CLUSTER_TOKEN
              + " FILE, or TLS with --tls-client-cert optional and certificates with a common name");
    }
    if (access.judge(own, List.of(new Need.BeNode())) instanceof Access.Denied denied) {
      throw invalid(
          denied.denial() instanceof Denial.Forbidden forbidden
              ? "--permissions does not say that "
                  + forbidden.principal()
                  + ", which this node comes as, is a node; add the line: "
                  + forbidden.principal()
                  + " node"
              : "this node would not let itself in: "
                  + ((Denial.Unauthenticated) denied.denial()).why()
                  + "; correct "
                  + CLUSTER_TOKEN
                  + " or --tls-cert");
    }
  }

  private Optional<Identity> ownCertificate() throws NodeStartException {
    if (certificates() == ClientCertificates.NONE) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(options.tls().orElseThrow().certificateChain())) {
      return CertificateNames.of(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (IOException | GeneralSecurityException e) {
      throw invalid("--tls-cert cannot be used (" + e + "); correct it");
    }
  }

  private ClientCertificates certificates() {
    return options.tls().map(NodeTls::clientCertificates).orElse(ClientCertificates.NONE);
  }

  /** What this node shows to those who call it. */
  ServerCredentials server() {
    return tls == null ? InsecureServerCredentials.create() : tls.serverCredentials();
  }

  /** What it shows to the nodes that it calls, and whom it believes to be one. */
  ChannelCredentials peers() {
    ChannelCredentials channel =
        tls == null ? InsecureChannelCredentials.create() : tls.channelCredentials();
    return options.clusterToken().isEmpty()
        ? channel
        : CompositeChannelCredentials.create(channel, new BearerToken(this::clusterToken));
  }

  /** The same for a client that asks a node before this one serves. */
  ClientOptions addTo(ClientOptions client) {
    ClientOptions result = client;
    if (options.tls().isPresent()) {
      NodeTls own = options.tls().get();
      TlsOptions trusting = TlsOptions.defaults().withAuthorities(own.authorities());
      result =
          result.withTls(
              certificates() == ClientCertificates.NONE
                  ? trusting
                  : trusting.withCertificate(own.certificateChain(), own.privateKey()));
    }
    return options.clusterToken().isPresent() ? result.withToken(this::clusterToken) : result;
  }

  private String clusterToken() {
    String token = clusterToken.get();
    if (token == null) {
      throw new IllegalStateException("asked for before it was read");
    }
    return token;
  }

  /** The judge over calls. */
  Access access() {
    return access;
  }

  /**
   * Begins to follow the files.
   *
   * @param recheck looks at what was allowed before; about once a second, also when nothing
   *     changed, because proofs expire
   */
  void follow(Runnable recheck) {
    files.start(recheck);
  }

  @Override
  public void close() {
    files.close();
  }

  private static NodeStartException invalid(String problem) {
    return new NodeStartException(Kind.INVALID, problem);
  }
}

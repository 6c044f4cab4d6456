package dev.arpeggio.node.cli.connect;

import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.TlsOptions;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.security.BadFileException;
import dev.arpeggio.node.security.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command protects its connection, and says as whom it comes. */
public final class ConnectionSecurity {
  @Option(
      names = "--tls",
      arity = "0..1",
      paramLabel = "true|false",
      fallbackValue = "true",
      description = "Speak TLS (default: if one of --tls-ca, --tls-cert and --tls-key is given).")
  private @Nullable Boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "PEM: whose certificates to believe (default: what Java believes).")
  private Optional<Path> authorities = Optional.empty();

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "PEM: the certificate to show.")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM: its key.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with a token in its only line, which nobody else may read.")
  private Optional<Path> tokenFile = Optional.empty();

  /** Those options, with what was asked for. */
  public ClientOptions addTo(ClientOptions options) {
    ClientOptions result = options;
    boolean named = authorities.isPresent() || certificate.isPresent() || key.isPresent();
    if (tls == null ? named : tls) {
      result = result.withTls(tls());
    }
    if (tokenFile.isPresent()) {
      Path file = tokenFile.get();
      readToken(file);
      result = result.withToken(() -> readToken(file));
    }
    return result;
  }

  private TlsOptions tls() {
    Stream.of(authorities, certificate, key)
        .flatMap(Optional::stream)
        .forEach(ConnectionSecurity::requireReadable);
    try {
      return new TlsOptions(authorities, certificate, key);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("of --tls-cert and --tls-key only one is given", "give both, or neither");
    }
  }

  private static void requireReadable(Path file) {
    if (!Files.isReadable(file)) {
      throw Failure.usage("cannot read " + file, "name a file that can be read");
    }
  }

  private static String readToken(Path file) {
    try {
      return SecretFile.readToken(file);
    } catch (BadFileException e) {
      throw Failure.complete(ExitCode.USAGE, "--token-file " + file + " " + e.getMessage(), e);
    }
  }
}

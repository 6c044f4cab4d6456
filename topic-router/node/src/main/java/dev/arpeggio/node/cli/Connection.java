package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options by which a command finds the cluster. */
final class Connection {
  /** Where {@code arpeggio dev} listens. */
  static final String DEFAULT_ADDRESS = "127.0.0.1:7411";

  @Option(
      names = {"-c", "--connect"},
      paramLabel = "HOST:PORT[,...]",
      defaultValue = DEFAULT_ADDRESS,
      description = "Any nodes of the cluster (default: ${DEFAULT-VALUE}).")
  private String addresses = DEFAULT_ADDRESS;

  @Mixin private final ConnectionSecurity security = new ConnectionSecurity();

  /** Connects on first use, not here. */
  Arpeggio open() {
    ClientOptions options = security.addTo(ClientOptions.defaults());
    try {
      return Arpeggio.connect(addresses, options);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitCode.USAGE,
          "cannot connect to '" + addresses + "': " + e.getMessage(),
          "write --connect HOST:PORT[,HOST:PORT...], and name PEM files for TLS",
          e);
    }
  }
}

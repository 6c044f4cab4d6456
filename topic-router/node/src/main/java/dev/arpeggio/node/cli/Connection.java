package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.node.cli.connect.ConnectionSecurity;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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

  /** Each by itself, for a command that asks every one of them. */
  List<String> addresses() {
    open().close();
    return Arrays.stream(addresses.split(",", -1)).map(String::strip).distinct().toList();
  }

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

  /** Connects to one node alone, for a command that asks each by itself. */
  Arpeggio open(String address, Duration connect, Duration request) {
    return Arpeggio.connect(
        address,
        security
            .addTo(ClientOptions.defaults())
            .withConnectTimeout(connect)
            .withRequestTimeout(request));
  }
}

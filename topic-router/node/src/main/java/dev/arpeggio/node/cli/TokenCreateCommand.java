package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.security.Identity;
import dev.arpeggio.node.security.NewToken;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a token, and tells it once. */
@Command(
    name = "create",
    description = {
      "Make a token. Asks no node, and keeps nothing.",
      "Prints the token, which is the client's secret, and the line that the nodes' --tokens FILE",
      "has to hold, from which nobody finds the token."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio token create shop",
      "  arpeggio token create shop --expires 90d -o json",
      ""
    })
final class TokenCreateCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  @Parameters(
      paramLabel = "NAME",
      description = "Whose it is: letters, digits and '. _ @ -'; 249 at most.")
  private String name = "";

  @Option(
      names = "--expires",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "How long it is good, such as 12h or 90d (default: for ever).")
  private Optional<Duration> expires = Optional.empty();

  TokenCreateCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (!Identity.isName(name)) {
      throw Failure.usage(
          "'" + name + "' is no name of a principal",
          "choose 1 to 249 of letters, digits and . _ @ -");
    }
    Optional<Instant> expiry =
        expires.map(time -> Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS));
    NewToken made = NewToken.of(name, expiry, new SecureRandom());
    if (root.json()) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("token", made.token());
      data.put("line", made.line());
      console.print(Json.write(data));
    } else {
      console.print(made.token());
      console.print(made.line());
      console.say(
          "The first line is the secret, for the client's --token-file; it is shown this once.");
      console.say("The second is for the file that the nodes have as --tokens.");
    }
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.demo.Demo;
import dev.arpeggio.node.cli.demo.DemoReport;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Termination;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows that killing nodes loses nothing. */
@Command(
    name = "demo",
    description = {
      "Kill nodes while a file passes through them, and show that nothing is lost.",
      "Starts a ZooKeeper and three nodes as processes of their own, publishes every line, kills",
      "the node that serves the topic twice, and compares what a consumer got with what was sent.",
      "Takes about half a minute and leaves nothing behind. Ends with 0 only if nothing was lost,",
      "reordered or doubled."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio demo", "  arpeggio demo access.log", "  arpeggio demo -o json", ""})
final class DemoCommand implements Runnable {
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Console console;
  private final ArpeggioCommand root;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "What to publish (default: a text of 120,000 lines, made on the spot).")
  private Optional<String> file = Optional.empty();

  DemoCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    Termination termination = Termination.watch(GRACE);
    try (termination) {
      DemoReport report = new Demo(console).run(file);
      if (root.json()) {
        console.print(Json.write(report.json()));
      } else {
        report.table().forEach(console::print);
      }
      if (!report.perfect()) {
        throw new Failure(
            ExitCode.FAILED,
            "what was consumed is not what was published",
            "this is a defect: please report it with the table above");
      }
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "the demo could not be carried out: " + e.getMessage(),
          "check that the temporary directory has room",
          e);
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "run the demo again", e);
    }
  }
}

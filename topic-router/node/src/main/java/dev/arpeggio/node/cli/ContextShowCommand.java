package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.context.ContextStore;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a context holds. */
@Command(
    name = "show",
    description = "Show the settings of a context; secrets are not shown.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio context show", "  arpeggio context show prod -o json", ""})
final class ContextShowCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;
  private final ContextStore contexts;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The context (default: the one in use).")
  private Optional<String> name = Optional.empty();

  ContextShowCommand(Console console, ArpeggioCommand root, ContextStore contexts) {
    this.console = console;
    this.root = root;
    this.contexts = contexts;
  }

  @Override
  public void run() {
    String shown =
        name.or(contexts::current)
            .orElseThrow(
                () ->
                    Failure.usage("no context is in use", "name one: arpeggio context show NAME"));
    Map<String, String> settings = new TreeMap<>();
    contexts
        .read(shown, SettingNames.of(spec.root().commandLine()))
        .forEach((setting, value) -> settings.put(setting, Secrets.masked(setting, value)));
    if (root.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", shown);
      json.put("settings", settings);
      console.print(Json.write(json));
    } else {
      Table table = new Table("SETTING", "VALUE");
      settings.forEach(table::row);
      table.lines().forEach(console::print);
    }
  }
}

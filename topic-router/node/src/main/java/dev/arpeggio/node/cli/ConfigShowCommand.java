package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.Settings.Setting;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the settings that a command would run with, and where each comes from. */
@Command(
    name = "show",
    description = {
      "Show the settings of a command, or those by which all commands connect; secrets are not"
          + " shown.",
      "The command line comes first, then ARPEGGIO_NAME in the environment, then the file that"
          + " --config names, then the context, then the default. A context that --context names"
          + " comes before the environment."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio config show --origin",
      "  arpeggio config show consume --origin",
      "  arpeggio config show topic create --config settings -o json",
      ""
    })
final class ConfigShowCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;

  // For the parser alone: its options are the ones that are shown.
  @Mixin final Connection connection = new Connection();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--origin", description = "Say where each value comes from.")
  private boolean origin;

  @Parameters(
      arity = "0..2",
      paramLabel = "COMMAND",
      description = "Whose settings (default: those of every command that connects).")
  private List<String> command = new ArrayList<>();

  ConfigShowCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    Map<String, Setting> settings = new TreeMap<>();
    for (OptionSpec option : subject().options()) {
      if (Settings.isSetting(option) && !option.hidden()) {
        settings.put(Settings.name(option), setting(option));
      }
    }
    if (root.json()) {
      List<Map<String, Object>> json = new ArrayList<>();
      settings.forEach((name, setting) -> json.add(json(name, setting)));
      console.print(Json.write(json));
      return;
    }
    Table table = origin ? new Table("SETTING", "VALUE", "ORIGIN") : new Table("SETTING", "VALUE");
    settings.forEach(
        (name, setting) -> {
          String value = Secrets.masked(name, setting.value());
          if (origin) {
            table.row(name, value, setting.origin());
          } else {
            table.row(name, value);
          }
        });
    table.lines().forEach(console::print);
  }

  private CommandSpec subject() {
    if (command.isEmpty()) {
      return spec;
    }
    CommandLine subject = spec.root().commandLine();
    for (String word : command) {
      subject = subject.getSubcommands().get(word);
      if (subject == null) {
        throw Failure.usage(
            "there is no command '" + String.join(" ", command) + "'", "see arpeggio --help");
      }
    }
    return subject.getCommandSpec();
  }

  private Setting setting(OptionSpec option) {
    OptionSpec given = spec.commandLine().getParseResult().matchedOption(option.longestName());
    if (given != null) {
      return new Setting(String.join(",", given.originalStringValues()), "flag");
    }
    if (spec.commandLine().getDefaultValueProvider() instanceof Settings settings) {
      return settings.find(option).orElseGet(() -> byDefault(option));
    }
    throw new IllegalStateException("the command line has no settings");
  }

  private static Setting byDefault(OptionSpec option) {
    String value = option.defaultValue();
    return new Setting(value == null ? "" : value, "default");
  }

  private static Map<String, Object> json(String name, Setting setting) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("setting", name);
    json.put("value", Secrets.masked(name, setting.value()));
    json.put("origin", setting.origin());
    return json;
  }
}

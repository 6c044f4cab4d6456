package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.context.ContextStore;
import dev.arpeggio.node.cli.io.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates a context out of the options that say how to connect. */
@Command(
    name = "create",
    description = {
      "Create a context: the options by which commands connect, under a name.",
      "Keeps what stands on the command line, and nothing of the environment or of files."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio context create prod --connect q1:7411,q2:7411,q3:7411",
      "  arpeggio context create local --connect 127.0.0.1:7411 --replace",
      ""
    })
final class ContextCreateCommand implements Runnable {
  private final ContextStore contexts;

  @Mixin private final Connection connection = new Connection();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "The context.")
  private String name = "";

  @Option(names = "--replace", description = "Replace a context of that name.")
  private boolean replace;

  ContextCreateCommand(ContextStore contexts) {
    this.contexts = contexts;
  }

  @Override
  public void run() {
    Map<String, String> settings = new TreeMap<>();
    for (CommandSpec mixin : spec.mixins().values()) {
      if (mixin.userObject() == connection) {
        mixin.options().stream()
            .filter(Settings::isSetting)
            .forEach(option -> take(option, settings));
      }
    }
    if (settings.isEmpty()) {
      throw Failure.usage(
          "the context would hold nothing", "say how to connect, such as --connect HOST:PORT");
    }
    connection.addresses();
    contexts.write(name, settings, replace);
  }

  private void take(OptionSpec declared, Map<String, String> settings) {
    OptionSpec given = spec.commandLine().getParseResult().matchedOption(declared.longestName());
    if (given != null) {
      List<String> values = given.originalStringValues();
      settings.put(
          Settings.name(declared),
          isPath(given)
              // The context is used from other directories too.
              ? Path.of(values.get(0)).toAbsolutePath().normalize().toString()
              : String.join(",", values));
    }
  }

  private static boolean isPath(OptionSpec option) {
    return option.typeInfo().getType() == Path.class
        || (option.typeInfo().getAuxiliaryTypes() != null
            && List.of(option.typeInfo().getAuxiliaryTypes()).contains(Path.class));
  }
}

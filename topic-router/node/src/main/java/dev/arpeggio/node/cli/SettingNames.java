package dev.arpeggio.node.cli;

import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The names of all settings of all commands. */
final class SettingNames {
  private SettingNames() {}

  static Set<String> of(CommandLine commandLine) {
    Set<String> names = new TreeSet<>();
    collect(commandLine, names);
    return names;
  }

  private static void collect(CommandLine commandLine, Set<String> names) {
    for (OptionSpec option : commandLine.getCommandSpec().options()) {
      if (Settings.isSetting(option)) {
        names.add(Settings.name(option));
      }
    }
    commandLine.getSubcommands().values().forEach(sub -> collect(sub, names));
  }
}

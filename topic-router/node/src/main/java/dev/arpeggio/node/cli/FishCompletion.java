package dev.arpeggio.node.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion of commands and options for fish, for which picocli has none: one line for each
 * command and option, each under the condition that the commands before it stand on the line.
 */
final class FishCompletion {
  private final String program;
  private final List<String> lines = new ArrayList<>();

  private FishCompletion(String program) {
    this.program = program;
  }

  static List<String> of(CommandSpec root) {
    FishCompletion completion = new FishCompletion(root.name());
    completion.lines.add("complete -c " + root.name() + " -f");
    completion.add(root, List.of());
    return completion.lines;
  }

  private void add(CommandSpec command, List<String> path) {
    List<CommandSpec> subcommands =
        command.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(sub -> !sub.usageMessage().hidden())
            .distinct()
            .toList();
    String names = subcommands.stream().map(CommandSpec::name).collect(Collectors.joining(" "));
    for (CommandSpec sub : subcommands) {
      lines.add(
          "complete -c %s -n '%s; and not __fish_seen_subcommand_from %s' -a %s -d %s"
              .formatted(program, seen(path), names, sub.name(), quoted(description(sub))));
      List<String> deeper = new ArrayList<>(path);
      deeper.add(sub.name());
      add(sub, deeper);
    }
    if (subcommands.isEmpty()) {
      command.options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> add(option, path));
      command.positionalParameters().stream()
          .filter(FishCompletion::isFile)
          .forEach(any -> lines.add("complete -c %s -n '%s' -F".formatted(program, seen(path))));
    }
  }

  private void add(OptionSpec option, List<String> path) {
    StringBuilder line = new StringBuilder("complete -c ").append(program);
    line.append(" -n '").append(seen(path)).append('\'');
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().min() > 0) {
      line.append(isFile(option) ? " -r -F" : " -x");
      Iterable<String> candidates = option.completionCandidates();
      if (candidates != null) {
        line.append(" -a ").append(quoted(String.join(" ", candidates)));
      }
    }
    lines.add(line + " -d " + quoted(String.join(" ", option.description())));
  }

  private static String seen(List<String> path) {
    return path.isEmpty()
        ? "true"
        : path.stream()
            .map(name -> "__fish_seen_subcommand_from " + name)
            .collect(Collectors.joining("; and "));
  }

  private static boolean isFile(ArgSpec argument) {
    return argument.typeInfo().getType() == Path.class
        || (argument.typeInfo().getAuxiliaryTypes() != null
            && List.of(argument.typeInfo().getAuxiliaryTypes()).contains(Path.class));
  }

  private static String description(CommandSpec command) {
    String[] description = command.usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }

  private static String quoted(String text) {
    String oneLine = text.replace("${DEFAULT-VALUE}", "").replaceAll("\\s*\\(default: \\)", "");
    return "'" + oneLine.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

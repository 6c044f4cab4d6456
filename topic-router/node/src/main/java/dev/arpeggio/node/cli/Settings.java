package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.context.ContextStore;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.SettingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option gets its value when the command line does not name it: the environment, then the
 * configuration file, then the context, then the default that the option declares. {@code
 * --max-message-bytes} is {@code ARPEGGIO_MAX_MESSAGE_BYTES} in the environment and {@code
 * max-message-bytes} in the file. Only options that take a value are settings: a flag stands on the
 * command line or is off.
 *
 * <p>A context that the command line names comes before the environment, as if what it holds were
 * written there: whoever names a cluster does not mean another one.
 */
final class Settings implements IDefaultValueProvider {
  private static final String CONFIG_OPTION = "--config";
  private static final String CONTEXT_OPTION = "--context";
  private static final Set<String> WHERE_SETTINGS_ARE = Set.of(CONFIG_OPTION, CONTEXT_OPTION);

  /**
   * A value and where it comes from.
   *
   * @param origin in words
   */
  record Setting(String value, String origin) {}

  /** Something that may have a value for an option; empty: the next one is asked. */
  private interface Source {
    Optional<Setting> find(OptionSpec option);
  }

  private final List<Source> sources;

  private Settings(List<Source> sources) {
    this.sources = sources;
  }

  /**
   * Reads the configuration file and the context, if they are named by the arguments or else by the
   * environment, or if a context is in use. Looks at the arguments ahead of the parser, which needs
   * the settings before it begins.
   *
   * @param names of all settings that there are
   * @throws Failure if a file cannot be read or holds a setting that there is not, or a context is
   *     named that there is not
   */
  static Settings load(Map<String, String> environment, List<String> arguments, Set<String> names) {
    List<Source> sources = new ArrayList<>();
    sources.add(environment(environment));
    value(CONFIG_OPTION, arguments)
        .or(() -> variable("ARPEGGIO_CONFIG", environment))
        .filter(path -> !path.isEmpty())
        .ifPresent(path -> sources.add(file(path, names)));
    ContextStore contexts = ContextStore.of(environment);
    Optional<String> named = value(CONTEXT_OPTION, arguments).filter(name -> !name.isEmpty());
    if (named.isPresent()) {
      sources.add(0, context(named.get(), contexts, names));
    } else {
      variable("ARPEGGIO_CONTEXT", environment)
          .map(name -> context(name, contexts, names))
          .or(() -> contexts.current().map(name -> inUse(name, contexts, names)))
          .ifPresent(sources::add);
    }
    return new Settings(sources);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option && isSetting(option)
        ? find(option).map(Setting::value).orElse(null)
        : null;
  }

  /** The value of an option that the command line does not name, unless it is the default. */
  Optional<Setting> find(OptionSpec option) {
    return sources.stream()
        .map(source -> source.find(option))
        .flatMap(Optional::stream)
        .findFirst();
  }

  static boolean isSetting(OptionSpec option) {
    return option.arity().max() > 0 && !WHERE_SETTINGS_ARE.contains(option.longestName());
  }

  static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static Source environment(Map<String, String> environment) {
    return option -> {
      String variable = "ARPEGGIO_" + name(option).toUpperCase(Locale.ROOT).replace('-', '_');
      return variable(variable, environment)
          .map(value -> new Setting(value, "environment, " + variable));
    };
  }

  private static Source file(String path, Set<String> names) {
    Map<String, String> values = SettingsFile.read(Path.of(path), names);
    return option ->
        Optional.ofNullable(values.get(name(option)))
            .map(value -> new Setting(value, "file, " + path));
  }

  private static Source context(String name, ContextStore contexts, Set<String> names) {
    Map<String, String> values = contexts.read(name, names);
    return option ->
        connects(option.command())
            ? Optional.ofNullable(values.get(name(option)))
                .map(value -> new Setting(value, "context, " + name))
            : Optional.empty();
  }

  /** One that has gone must not send a command elsewhere, nor keep another from being used. */
  private static Source inUse(String name, ContextStore contexts, Set<String> names) {
    if (contexts.exists(name)) {
      return context(name, contexts, names);
    }
    return option -> {
      if (connects(option.command())) {
        throw new Failure(
            ExitCode.USAGE,
            "the context in use, " + name + ", is gone",
            "use another with: arpeggio context use NAME (or --none)");
      }
      return Optional.empty();
    };
  }

  /** A context says how to connect, and what has the same name in other commands is not meant. */
  private static boolean connects(@Nullable CommandSpec command) {
    return command != null
        && command.mixins().values().stream()
            .anyMatch(mixin -> mixin.userObject() instanceof Connection);
  }

  private static Optional<String> variable(String name, Map<String, String> environment) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  private static Optional<String> value(String option, List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        return Optional.empty();
      }
      if (argument.startsWith(option + "=")) {
        return Optional.of(argument.substring(option.length() + 1));
      }
      if (argument.equals(option) && i + 1 < arguments.size()) {
        return Optional.of(arguments.get(i + 1));
      }
    }
    return Optional.empty();
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Failure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option gets its value when the command line does not name it: the environment, then the
 * configuration file, then the default that the option declares. {@code --max-message-bytes} is
 * {@code ARPEGGIO_MAX_MESSAGE_BYTES} in the environment and {@code max-message-bytes} in the file.
 * Only options that take a value are settings: a flag stands on the command line or is off.
 */
final class Settings implements IDefaultValueProvider {
  private static final String CONFIG_OPTION = "--config";
  private static final String CONFIG_VARIABLE = "ARPEGGIO_CONFIG";

  private final Map<String, String> environment;
  private final Map<String, String> file;

  private Settings(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Reads the configuration file, if one is named by the arguments or else by the environment.
   * Looks at the arguments ahead of the parser, which needs the settings before it begins.
   *
   * @param names of all settings that there are
   * @throws Failure if the file cannot be read or holds a setting that there is not
   */
  static Settings load(Map<String, String> environment, List<String> arguments, Set<String> names) {
    String path = configNamedIn(arguments);
    if (path == null) {
      path = environment.get(CONFIG_VARIABLE);
    }
    return new Settings(
        environment, path == null || path.isEmpty() ? Map.of() : read(Path.of(path), names));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || !isSetting(option)) {
      return null;
    }
    String name = name(option);
    String variable = "ARPEGGIO_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    String value = environment.get(variable);
    return value == null || value.isEmpty() ? file.get(name) : value;
  }

  static boolean isSetting(OptionSpec option) {
    return option.arity().max() > 0 && !option.longestName().equals(CONFIG_OPTION);
  }

  static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static @Nullable String configNamedIn(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        return null;
      }
      if (argument.startsWith(CONFIG_OPTION + "=")) {
        return argument.substring(CONFIG_OPTION.length() + 1);
      }
      if (argument.equals(CONFIG_OPTION) && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
    }
    return null;
  }

  private static Map<String, String> read(Path path, Set<String> names) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.usage(
          "cannot read the configuration file " + path + ": " + e.getMessage(),
          "name a readable file of lines NAME=VALUE");
    }
    Map<String, String> file = new TreeMap<>();
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (!names.contains(name)) {
        throw Failure.usage(
            path + " holds an unknown setting '" + name + "'",
            "name settings as the long options, without dashes in front");
      }
      file.put(name, properties.getProperty(name).strip());
    }
    return file;
  }
}

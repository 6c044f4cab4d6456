package dev.arpeggio.node.cli.io;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A file of lines NAME=VALUE, with the names of long options. */
public final class SettingsFile {
  private SettingsFile() {}

  /**
   * Reads one.
   *
   * @param allowed the names of all settings that there are
   * @throws Failure if it cannot be read or holds a setting that there is not
   */
  public static Map<String, String> read(Path path, Set<String> allowed) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.usage(
          "cannot read the configuration file " + path + ": " + e.getMessage(),
          "name a readable file of lines NAME=VALUE");
    }
    Map<String, String> settings = new TreeMap<>();
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (!allowed.contains(name)) {
        throw Failure.usage(
            path + " holds an unknown setting '" + name + "'",
            "name settings as the long options, without dashes in front");
      }
      settings.put(name, properties.getProperty(name).strip());
    }
    return settings;
  }

  /** The content of a file from which {@link #read} makes these settings. */
  public static String format(Map<String, String> settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException e) {
      throw new IllegalStateException("a string can always be written", e);
    }
    // Without the date, which Properties writes as a comment.
    return text.toString()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .sorted()
            .collect(Collectors.joining("\n"))
        + "\n";
  }
}

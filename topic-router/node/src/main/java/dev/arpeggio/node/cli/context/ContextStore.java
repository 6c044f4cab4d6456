package dev.arpeggio.node.cli.context;

import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The contexts of one user: a directory with a settings file for each, and a file that names the
 * one in use. Files are replaced in one step and are for their owner alone, because what one
 * connects with may be a secret.
 */
public final class ContextStore {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Optional<Path> directory;

  private ContextStore(Optional<Path> directory) {
    this.directory = directory;
  }

  /** Where the user keeps configuration: XDG_CONFIG_HOME, or else .config in HOME. */
  public static ContextStore of(Map<String, String> environment) {
    Optional<Path> configuration =
        present(environment, "XDG_CONFIG_HOME")
            .map(Path::of)
            .filter(Path::isAbsolute)
            .or(() -> present(environment, "HOME").map(home -> Path.of(home, ".config")));
    return new ContextStore(configuration.map(path -> path.resolve("arpeggio")));
  }

  private static Optional<String> present(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
  }

  /** In alphabetical order. */
  public List<String> names() {
    if (directory.isEmpty() || !Files.isDirectory(contexts())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(contexts())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> NAME.matcher(name).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(contexts(), e);
    }
  }

  /** The one in use; it may be gone. */
  public Optional<String> current() {
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(currentFile()).strip())
          .filter(name -> NAME.matcher(name).matches());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(currentFile(), e);
    }
  }

  public boolean exists(String name) {
    return directory.isPresent() && Files.isRegularFile(file(name));
  }

  /**
   * The settings of a context.
   *
   * @param allowed the names of all settings that there are
   * @throws Failure if there is no such context, or its file holds something else
   */
  public Map<String, String> read(String name, Set<String> allowed) {
    requireExisting(name);
    return SettingsFile.read(file(name), allowed);
  }

  /**
   * Creates a context.
   *
   * @throws Failure if there is one of that name and it is not to be replaced
   */
  public void write(String name, Map<String, String> settings, boolean replace) {
    requireName(name);
    if (!replace && exists(name)) {
      throw new Failure(
          ExitCode.FAILED,
          "there is a context " + name + " already",
          "add --replace, or choose another name");
    }
    put(file(name), SettingsFile.format(settings));
  }

  /** Makes a context the one that is used from now on. */
  public void use(String name) {
    requireExisting(name);
    put(currentFile(), name + "\n");
  }

  /** From now on, none is used unless it is named. */
  public void useNone() {
    if (directory.isPresent()) {
      delete(currentFile());
    }
  }

  /** Deletes a context; if it was in use, none is. */
  public void delete(String name) {
    requireExisting(name);
    if (current().equals(Optional.of(name))) {
      useNone();
    }
    delete(file(name));
  }

  private void requireExisting(String name) {
    requireName(name);
    if (!exists(name)) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "there is no context " + name,
          "see those that there are with: arpeggio context list");
    }
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw Failure.usage(
          "'" + name + "' is no name of a context",
          "use 1 to 64 letters, digits, dots, hyphens and underscores");
    }
  }

  private void put(Path file, String content) {
    Path temporary = file.resolveSibling(file.getFileName() + "~");
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(temporary);
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "cannot write " + file + ": " + e.getMessage(),
          "make it writable, or set XDG_CONFIG_HOME",
          e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "cannot delete " + file + ": " + e.getMessage(),
          "make its directory writable",
          e);
    }
  }

  private static Failure unreadable(Path path, IOException e) {
    return new Failure(
        ExitCode.USAGE,
        "cannot read " + path + ": " + e.getMessage(),
        "make it readable, or set XDG_CONFIG_HOME",
        e);
  }

  private Path contexts() {
    return directory().resolve("contexts");
  }

  private Path currentFile() {
    return directory().resolve("context");
  }

  private Path file(String name) {
    return contexts().resolve(name);
  }

  private Path directory() {
    return directory.orElseThrow(
        () ->
            Failure.usage(
                "there is no place for contexts: neither XDG_CONFIG_HOME nor HOME is set",
                "set one of them"));
  }
}

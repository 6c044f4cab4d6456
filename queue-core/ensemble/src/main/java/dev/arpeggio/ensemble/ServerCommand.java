package dev.arpeggio.ensemble;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a server's process: this JVM's Java, this JVM's class path. */
final class ServerCommand {
  // Small, and quick to start: most of a server's life in a test is its start.
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "-Djava.awt.headless=true",
          // 64 MB of zeros for each new log otherwise.
          "-Dzookeeper.preAllocSize=1024",
          // Elections between servers that come and go in seconds; a minute otherwise.
          "-Dzookeeper.fastleader.maxNotificationInterval=1000");

  private ServerCommand() {}

  static List<String> of(List<String> jvmOptions, Path configuration) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ServerMain.class.getName());
    command.add(configuration.toString());
    return command;
  }
}

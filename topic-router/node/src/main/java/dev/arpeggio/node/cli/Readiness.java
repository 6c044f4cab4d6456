package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The one line on standard output by which a daemon says that it serves. */
final class Readiness {
  private Readiness() {}

  static void print(Console console, boolean json, String address, String zookeeper) {
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("ready", true);
      line.put("address", address);
      line.put("zookeeper", zookeeper);
      console.print(Json.write(line));
    } else {
      console.print("ready: " + address + ", zookeeper " + zookeeper);
    }
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.context.ContextStore;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Lists the contexts. */
@Command(
    name = "list",
    description = "List the contexts, and which of them is in use.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio context list", ""})
final class ContextListCommand implements Runnable {
  private final Console console;
  private final ArpeggioCommand root;
  private final ContextStore contexts;

  ContextListCommand(Console console, ArpeggioCommand root, ContextStore contexts) {
    this.console = console;
    this.root = root;
    this.contexts = contexts;
  }

  @Override
  public void run() {
    Optional<String> current = contexts.current();
    Table table = new Table("NAME", "IN USE");
    List<Map<String, Object>> json = new ArrayList<>();
    for (String name : contexts.names()) {
      boolean used = current.equals(Optional.of(name));
      table.row(name, used ? "yes" : "");
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", name);
      one.put("in_use", used);
      json.add(one);
    }
    if (root.json()) {
      console.print(Json.write(json));
    } else {
      table.lines().forEach(console::print);
    }
  }
}

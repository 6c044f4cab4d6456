package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.io.Console;

/** The entry point of the process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // What libraries print there is talk: ZooKeeper says what it purges. Data go by the console.
    System.setOut(System.err);
    System.exit(Cli.run(Console.ofProcess(), System.getenv(), arguments));
  }
}

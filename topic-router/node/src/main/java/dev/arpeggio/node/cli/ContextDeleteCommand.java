package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.context.ContextStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes a context; the cluster that it names is left alone. */
@Command(
    name = "delete",
    description = "Delete a context. The cluster that it names is left alone.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio context delete test", ""})
final class ContextDeleteCommand implements Runnable {
  private final ContextStore contexts;

  @Parameters(paramLabel = "NAME", description = "The context.")
  private String name = "";

  ContextDeleteCommand(ContextStore contexts) {
    this.contexts = contexts;
  }

  @Override
  public void run() {
    contexts.delete(name);
  }
}

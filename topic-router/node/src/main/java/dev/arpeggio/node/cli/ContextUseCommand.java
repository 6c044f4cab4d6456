package dev.arpeggio.node.cli;

import dev.arpeggio.node.cli.context.ContextStore;
import dev.arpeggio.node.cli.io.Failure;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Chooses the context of all commands that name none. */
@Command(
    name = "use",
    description = {
      "Use a context from now on, in every shell, unless --context or ARPEGGIO_CONTEXT names another.",
      "What the command line, the environment or a file says of a setting comes before it."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio context use prod", "  arpeggio context use --none", ""})
final class ContextUseCommand implements Runnable {
  private final ContextStore contexts;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The context.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--none", description = "Use none.")
  private boolean none;

  ContextUseCommand(ContextStore contexts) {
    this.contexts = contexts;
  }

  @Override
  public void run() {
    if (none == name.isPresent()) {
      throw Failure.usage("it is not plain which context to use", "name one, or write --none");
    }
    name.ifPresentOrElse(contexts::use, contexts::useNone);
  }
}

package dev.arpeggio.node.cli;

import dev.arpeggio.node.NodeStartException;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.io.IOException;
import java.net.BindException;

/** What it means to somebody at a shell that a daemon could not start. */
final class NodeErrors {
  private NodeErrors() {}

  static Failure explain(NodeStartException e) {
    return switch (e.kind()) {
      case INVALID -> new Failure(ExitCode.USAGE, e.getMessage(), "see arpeggio node --help", e);
      case PORT_IN_USE, STORE_REFUSED -> Failure.complete(ExitCode.FAILED, e.getMessage(), e);
      case ZOOKEEPER_UNREACHABLE, SEED_UNREACHABLE ->
          Failure.complete(ExitCode.UNAVAILABLE, e.getMessage(), e);
    };
  }

  static Failure explain(IOException e, String zookeeper) {
    return new Failure(
        ExitCode.FAILED,
        "cannot start ZooKeeper in " + zookeeper + ": " + e.getMessage(),
        e instanceof BindException
            ? "choose another port"
            : "choose another directory, or end the process that uses it",
        e);
  }
}

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
    ExitCode exitCode =
        switch (e.kind()) {
          case INVALID -> ExitCode.USAGE;
          case PORT_IN_USE, STORE_REFUSED -> ExitCode.FAILED;
          case ZOOKEEPER_UNREACHABLE, SEED_UNREACHABLE -> ExitCode.UNAVAILABLE;
        };
    return Failure.complete(exitCode, e.getMessage(), e);
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

package dev.arpeggio.node.cli.io;

/** How a command ended, as the shell sees it. */
public enum ExitCode {
  /** Done. */
  OK(0),
  /** Tried and failed, or found what it checks to be wrong. */
  FAILED(1),
  /** The command line, a setting or a file named there is wrong: nothing was done. */
  USAGE(2),
  /** The topic, or whatever was named, does not exist. */
  NOT_FOUND(3),
  /** No node, or no ZooKeeper, could serve the call: it may succeed later. */
  UNAVAILABLE(4);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  public int value() {
    return value;
  }
}

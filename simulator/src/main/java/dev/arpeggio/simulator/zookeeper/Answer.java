package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Node;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.List;

/** What becomes of a {@link Call}. */
public sealed interface Answer {
  default Code code() {
    return Code.OK;
  }

  /** Nothing more to say. */
  record Ok() implements Answer {
    /** The only one that is needed. */
    public static final Ok DONE = new Ok();
  }

  /** Data and stat. */
  record Data(Node node) implements Answer {}

  /** Children. */
  record Names(List<String> names) implements Answer {}

  /** A stat. */
  record Found(Stat stat) implements Answer {}

  /**
   * Not done, or not known.
   *
   * @param failedOperation which of a multi's operations; -1 if not known
   */
  record Failed(Code code, int failedOperation) implements Answer {}
}

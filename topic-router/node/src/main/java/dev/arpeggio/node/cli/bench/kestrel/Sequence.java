package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Bodies;

/** Judges whether items come one after the other, each with its content. For one thread. */
final class Sequence {
  private final byte[] template;
  private long next;

  /**
   * @param template has the filling that all have
   */
  Sequence(byte[] template) {
    this.template = template;
  }

  /**
   * Takes what came.
   *
   * @throws dev.arpeggio.node.cli.io.Failure if it is not the next one, or not as it was put
   */
  void take(byte[] body) {
    Bench.require(
        Bodies.sameFilling(body, template),
        "instead of item %d, one came with other content".formatted(next));
    Bench.require(
        Bodies.number(body) == next,
        "instead of item %d, item %d came".formatted(next, Bodies.number(body)));
    next++;
  }
}

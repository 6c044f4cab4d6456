package dev.arpeggio.simulator.zookeeper;

import java.util.function.Consumer;

/** A call that waits for its answer. Identity matters. */
final class Request {
  private final long number;
  private final Call call;
  private final Consumer<Answer> callback;

  Request(long number, Call call, Consumer<Answer> callback) {
    this.number = number;
    this.call = call;
    this.callback = callback;
  }

  /** Counts the requests of a client. */
  long number() {
    return number;
  }

  Call call() {
    return call;
  }

  Consumer<Answer> callback() {
    return callback;
  }

  /** For the fingerprint of the run. */
  long digest() {
    return 31 * number + call.path().hashCode();
  }
}

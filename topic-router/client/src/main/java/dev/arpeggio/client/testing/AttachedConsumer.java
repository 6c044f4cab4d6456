package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * A consumer as its subscription sees it: what it may take, and what it holds. Guarded by the
 * broker's monitor.
 */
final class AttachedConsumer {
  private static final long MAX_CREDIT = 1_000_000;

  private final ByteString id;
  private final ConsumeCall call;
  private final List<HeldMessage> handed = new ArrayList<>();
  private long credit;
  private long holds;
  private long turn;

  AttachedConsumer(ByteString id, ConsumeCall call) {
    this.id = id;
    this.call = call;
  }

  ByteString id() {
    return id;
  }

  ConsumeCall call() {
    return call;
  }

  void addCredit(long messages) {
    credit = Math.min(MAX_CREDIT, credit + messages);
  }

  boolean canTake() {
    return credit > 0;
  }

  boolean holdsSomething() {
    return holds > 0;
  }

  void holdsMore(int more) {
    holds += more;
  }

  /** Whether it holds less of what it asked for, or as much but was served longer ago. */
  boolean isLessLoadedThan(AttachedConsumer other) {
    long mine = holds * (other.holds + other.credit);
    long others = other.holds * (holds + credit);
    return mine == others ? turn < other.turn : mine < others;
  }

  /** Takes a message, which {@link #deliver} sends. */
  void hand(HeldMessage message, long number) {
    credit--;
    turn = number;
    handed.add(message);
  }

  void deliver() {
    call.deliver(handed);
    handed.clear();
  }
}

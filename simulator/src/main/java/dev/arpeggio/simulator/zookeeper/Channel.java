package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * One direction of a connection: what is sent arrives in order, or not at all. While the way is cut
 * it is held back, as by a sender that tries again and again.
 */
final class Channel {
  private final VirtualTime time;
  private final EventKind kind;
  private final int node;
  private final LongSupplier delayNanos;
  private final ArrayDeque<Message> under = new ArrayDeque<>();
  private long lastArrival;
  private boolean cut;

  /** Something on its way. Identity matters. */
  private static final class Message {
    private final long payload;
    private final Runnable arrival;
    private boolean planned;
    private boolean lost;

    Message(long payload, Runnable arrival) {
      this.payload = payload;
      this.arrival = arrival;
    }
  }

  Channel(VirtualTime time, EventKind kind, int node, LongSupplier delayNanos) {
    this.time = time;
    this.kind = kind;
    this.node = node;
    this.delayNanos = delayNanos;
  }

  void send(long payload, Runnable arrival) {
    Message message = new Message(payload, arrival);
    under.addLast(message);
    if (!cut) {
      plan(message);
    }
  }

  private void plan(Message message) {
    message.planned = true;
    lastArrival = Math.max(lastArrival, time.nowNanos() + delayNanos.getAsLong());
    time.schedule(
        lastArrival - time.nowNanos(), kind, node, message.payload, () -> arrive(message));
  }

  private void arrive(Message message) {
    if (!message.lost) {
      under.remove(message);
      message.arrival.run();
    }
  }

  int underWay() {
    return under.size();
  }

  void cut() {
    cut = true;
  }

  void heal() {
    cut = false;
    under.stream().filter(message -> !message.planned).forEach(this::plan);
  }

  /** Keeps the oldest messages; the others never arrive. */
  void lose(int kept) {
    while (under.size() > kept) {
      under.removeLast().lost = true;
    }
  }
}

package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions that are open, and the leader's patience with each. */
final class Sessions {
  private final VirtualTime time;
  private final BooleanSupplier available;
  private final Consumer<Session> onSilence;
  private final Map<Long, Session> open = new TreeMap<>();
  private long last;

  /**
   * Without any.
   *
   * @param available whether there is a leader: without one, nobody's time runs out
   * @param onSilence told of a session that was not heard of for too long
   */
  Sessions(VirtualTime time, BooleanSupplier available, Consumer<Session> onSilence) {
    this.time = time;
    this.available = available;
    this.onSilence = onSilence;
  }

  Session open(long timeoutNanos) {
    Session session = new Session(++last, timeoutNanos, time.nowNanos());
    open.put(session.id(), session);
    watchOver(session);
    return session;
  }

  @Nullable Session find(long id) {
    return open.get(id);
  }

  boolean isOpen(Session session) {
    return open.containsKey(session.id());
  }

  void remove(Session session) {
    open.remove(session.id());
  }

  void touch(Session session) {
    session.heard(time.nowNanos());
  }

  /** A new leader gives every session its whole time again. */
  void touchAll() {
    open.values().forEach(this::touch);
  }

  private void watchOver(Session session) {
    time.schedule(
        session.expiresNanos() - time.nowNanos(),
        EventKind.TIMER,
        -1,
        session.id(),
        () -> {
          if (!isOpen(session)) {
            return;
          }
          if (!available.getAsBoolean()) {
            touch(session);
          }
          if (session.expiresNanos() <= time.nowNanos()) {
            onSilence.accept(session);
          } else {
            watchOver(session);
          }
        });
  }
}

package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Registration;
import dev.arpeggio.queue.ZooKeeperPort.SessionListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is behind a {@link ModelPort}, as the real client behaves: one connection at a time, answers
 * in the order of the requests, pings, and a new session after one that expired.
 *
 * <p>Everything of it runs on its loop: a node that stands still neither pings nor listens. When a
 * connection is lost, what was not answered fails with CONNECTION_LOSS, and then the listeners hear
 * of it; what is asked in between goes out with the next connection, or fails with the next attempt
 * that is refused.
 */
final class Client {
  private static final Duration FIRST_RETRY = Duration.ofMillis(10);
  private static final int RETRY_SPREAD_MILLIS = 500;
  private static final Duration RENEWAL = Duration.ofMillis(50);

  private final Ensemble ensemble;
  private final EventLoop loop;
  private final int number;
  private final Duration sessionTimeout;
  private final ArrayDeque<Request> pending = new ArrayDeque<>();
  private final List<SessionListener> listeners = new ArrayList<>();
  private final List<Consumer<WatchEvent>> watchers = new ArrayList<>();
  private final WatchSet watches = new WatchSet();
  private State state = State.CONNECTING;
  private @Nullable Connection connection;
  private long session;
  private long seen;
  private long requests;
  private long heardNanos;
  private long spokeNanos;
  // An attempt to connect that was given up is told by its number.
  private int attempt;
  private long unknownOutcomes;
  private boolean cutUp;
  private boolean cutDown;

  private enum State {
    CONNECTING,
    CONNECTED,
    EXPIRED,
    CLOSED
  }

  Client(Ensemble ensemble, EventLoop loop, int number, Duration sessionTimeout) {
    this.ensemble = ensemble;
    this.loop = loop;
    this.number = number;
    this.sessionTimeout = sessionTimeout;
  }

  void start() {
    loop.execute(this::connect);
    tick();
  }

  int number() {
    return number;
  }

  long session() {
    return session;
  }

  long unknownOutcomes() {
    return unknownOutcomes;
  }

  // ---- What can go wrong.

  void cut(boolean toServer, boolean toClient) {
    cutUp |= toServer;
    cutDown |= toClient;
    if (connection != null) {
      connection.cut(toServer, toClient);
    }
  }

  void heal() {
    cutUp = false;
    cutDown = false;
    if (connection != null) {
      connection.heal();
    }
  }

  void reset() {
    lose();
  }

  void kill() {
    state = State.CLOSED;
    if (connection != null) {
      connection.abandon();
      connection = null;
    }
  }

  void close(Runnable done) {
    submit(
        new Call.Close(),
        answer -> {
          if (state == State.CONNECTED) {
            drop();
          }
          state = State.CLOSED;
          failPending(Code.SESSION_EXPIRED);
          done.run();
        });
    state = state == State.CONNECTED ? state : State.CLOSED;
  }

  // ---- The connection.

  private void connect() {
    if (state != State.CONNECTING) {
      return;
    }
    int current = ++attempt;
    if (!cutUp && !cutDown) {
      int server = ensemble.chance(ensemble.serverCount());
      ensemble.connect(this, server, session, sessionTimeout.toNanos(), seen);
    }
    // A server that does not answer is given up.
    loop.schedule(
        sessionTimeout.dividedBy(3),
        () -> {
          if (current == attempt && state == State.CONNECTING) {
            refused();
          }
        });
  }

  private void refused() {
    attempt++;
    failPending(Code.CONNECTION_LOSS);
    retry();
  }

  private void retry() {
    loop.schedule(
        FIRST_RETRY.plusMillis(ensemble.chance(RETRY_SPREAD_MILLIS)),
        () -> {
          if (state == State.CONNECTING) {
            connect();
          }
        });
  }

  void onRefused() {
    loop.execute(
        () -> {
          if (state == State.CONNECTING) {
            refused();
          }
        });
  }

  void onConnected(Connection made) {
    loop.execute(
        () -> {
          if (state != State.CONNECTING || cutDown) {
            made.abandon();
            return;
          }
          attempt++;
          state = State.CONNECTED;
          connection = made;
          session = made.sessionId();
          heardNanos = loop.nanoTime();
          if (cutUp) {
            made.cut(true, false);
          }
          tellListeners(listener -> listener.connected(session));
          if (!watches.isEmpty()) {
            pending.addFirst(request(new Call.Rewatch(watches.copy(), seen), unused -> {}));
          }
          List.copyOf(pending).forEach(this::send);
        });
  }

  void onExpired(long expired) {
    loop.execute(
        () -> {
          if (state == State.CONNECTING && session == expired) {
            attempt++;
            state = State.EXPIRED;
            session = 0;
            seen = 0;
            watches.clear();
            tellListeners(SessionListener::expired);
            failPending(Code.SESSION_EXPIRED);
            loop.schedule(RENEWAL, this::renew);
          }
        });
  }

  private void renew() {
    if (state == State.EXPIRED) {
      state = State.CONNECTING;
      connect();
    }
  }

  void onClosed(Connection closed) {
    loop.execute(
        () -> {
          if (closed == connection) {
            lose();
          }
        });
  }

  private void lose() {
    if (state != State.CONNECTED) {
      return;
    }
    drop();
    state = State.CONNECTING;
    failPending(Code.CONNECTION_LOSS);
    loop.execute(() -> tellListeners(SessionListener::disconnected));
    retry();
  }

  private void drop() {
    if (connection != null) {
      connection.abandon();
      connection = null;
    }
  }

  private void tick() {
    loop.schedule(
        sessionTimeout.dividedBy(3),
        () -> {
          if (state == State.CONNECTED) {
            long now = loop.nanoTime();
            if (now - heardNanos > sessionTimeout.toNanos() * 2 / 3) {
              lose();
            } else if (now - spokeNanos >= sessionTimeout.toNanos() / 4) {
              submit(new Call.Ping(), unused -> {});
            }
          }
          if (state != State.CLOSED) {
            tick();
          }
        });
  }

  private void failPending(Code code) {
    List<Request> failing = List.copyOf(pending);
    pending.clear();
    for (Request request : failing) {
      if (request.call().isWrite()) {
        unknownOutcomes++;
      }
      loop.execute(() -> request.callback().accept(new Answer.Failed(code, -1)));
    }
  }

  private void tellListeners(Consumer<SessionListener> event) {
    // A copy: a listener may end its registration.
    List.copyOf(listeners).forEach(event);
  }

  // ---- Requests.

  private Request request(Call call, Consumer<Answer> callback) {
    return new Request(++requests, call, callback);
  }

  void submit(Call call, Consumer<Answer> callback) {
    if (state == State.EXPIRED || state == State.CLOSED) {
      loop.execute(() -> callback.accept(new Answer.Failed(Code.SESSION_EXPIRED, -1)));
      return;
    }
    Request request = request(call, callback);
    pending.addLast(request);
    if (state == State.CONNECTED) {
      send(request);
    }
  }

  private void send(Request request) {
    spokeNanos = loop.nanoTime();
    if (connection != null) {
      connection.send(request);
    }
  }

  void onAnswer(Connection from, Request request, Answer answer, long transaction) {
    loop.execute(
        () -> {
          if (from != connection) {
            return;
          }
          heardNanos = loop.nanoTime();
          if (transaction < seen) {
            throw new IllegalStateException("a session went back in time");
          }
          seen = transaction;
          if (pending.removeFirst() != request) {
            throw new IllegalStateException("answers out of order");
          }
          request.callback().accept(answer);
        });
  }

  void onWatchEvent(Connection from, WatchEvent event) {
    loop.execute(
        () -> {
          if (from == connection) {
            heardNanos = loop.nanoTime();
            watches.heard(event);
            List.copyOf(watchers).forEach(watcher -> watcher.accept(event));
          }
        });
  }

  // ---- Those who hear of it.

  WatchSet watches() {
    return watches;
  }

  void onWatch(Consumer<WatchEvent> watcher) {
    watchers.add(watcher);
  }

  Registration listen(SessionListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  boolean isConnected() {
    return state == State.CONNECTED;
  }
}

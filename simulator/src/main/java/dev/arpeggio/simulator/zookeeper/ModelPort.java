package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.ZooKeeperPort;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client of the ensemble, as the real one behaves: one connection at a time, answers in the order
 * of the requests, pings, and a new session after one that expired.
 *
 * <p>Everything of it runs on its loop: a node that stands still neither pings nor listens. When a
 * connection is lost, what was not answered fails with CONNECTION_LOSS, and then the listeners hear
 * of it; what is asked in between goes out with the next connection, or fails with the next attempt
 * that is refused.
 */
public final class ModelPort implements ZooKeeperPort {
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

  ModelPort(Ensemble ensemble, EventLoop loop, int number, Duration sessionTimeout) {
    this.ensemble = ensemble;
    this.loop = loop;
    this.number = number;
    this.sessionTimeout = sessionTimeout;
  }

  void start() {
    loop.execute(this::connect);
    tick();
  }

  /** Which client of the ensemble it is. */
  public int number() {
    return number;
  }

  /** 0 before the first, and while there is none. */
  public long session() {
    return session;
  }

  /** How many writes failed so that nobody knows whether they took effect. */
  public long unknownOutcomes() {
    return unknownOutcomes;
  }

  // ---- What can go wrong.

  /** From now on, what one side sends waits; the other side notices by its silence. */
  public void cut(boolean toServer, boolean toClient) {
    cutUp |= toServer;
    cutDown |= toClient;
    if (connection != null) {
      connection.cut(toServer, toClient);
    }
  }

  /** The way is free again. */
  public void heal() {
    cutUp = false;
    cutDown = false;
    if (connection != null) {
      connection.heal();
    }
  }

  /** The connection breaks, and both sides notice. */
  public void reset() {
    lose();
  }

  /** The process is gone, and its connection with it; its session stays until it expires. */
  public void kill() {
    state = State.CLOSED;
    if (connection != null) {
      connection.abandon();
      connection = null;
    }
  }

  /** Ends the session when everything so far is answered. What comes later finds it expired. */
  public void close(Runnable done) {
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

  private void submit(Call call, Consumer<Answer> callback) {
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

  // ---- The port.

  @Override
  public void get(String path, Consumer<Reply<Node>> callback) {
    get(path, false, callback);
  }

  /** Reads, and hears of the next change of the data if there is a znode. */
  public void get(String path, boolean watch, Consumer<Reply<Node>> callback) {
    ask(
        new Call.Get(path, watch),
        answer -> {
          if (watch && answer.code() == Code.OK) {
            watches.watchData(path);
          }
          return answer instanceof Answer.Data data ? data.node() : null;
        },
        callback);
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    children(path, false, callback);
  }

  /** Reads, and hears of the next child that comes or goes. */
  public void children(String path, boolean watch, Consumer<Reply<List<String>>> callback) {
    ask(
        new Call.Children(path, watch),
        answer -> {
          if (watch && answer.code() == Code.OK) {
            watches.watchChildren(path);
          }
          return answer instanceof Answer.Names names ? names.names() : null;
        },
        callback);
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    exists(path, false, callback);
  }

  /** Looks, and hears when that changes. */
  public void exists(String path, boolean watch, Consumer<Reply<Stat>> callback) {
    ask(
        new Call.Exists(path, watch),
        answer -> {
          if (watch && answer.code() == Code.OK) {
            watches.watchData(path);
          } else if (watch && answer.code() == Code.NO_NODE) {
            watches.watchAbsent(path);
          }
          return answer instanceof Answer.Found found ? found.stat() : null;
        },
        callback);
  }

  /** Hears of every change of a path and of its children from now on. */
  public void watch(String path, Consumer<Reply<Done>> callback) {
    ask(
        new Call.Watch(path),
        answer -> {
          if (answer.code() == Code.OK) {
            watches.watchForEver(path);
            return Done.DONE;
          }
          return null;
        },
        callback);
  }

  /** Adds somebody who hears of all that is watched. */
  public void onWatch(Consumer<WatchEvent> watcher) {
    watchers.add(watcher);
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    ask(new Call.Create(path, data, mode), ModelPort::done, callback);
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    ask(
        new Call.Single(new Op.Set(path, data, expectedVersion)),
        answer -> answer instanceof Answer.Found found ? found.stat() : null,
        callback);
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    ask(new Call.Single(new Op.Delete(path, expectedVersion)), ModelPort::done, callback);
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    ask(new Call.Sync(path), ModelPort::done, callback);
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    if (operations.isEmpty()) {
      // The real client does not even ask.
      loop.execute(() -> callback.accept(MultiReply.OK));
      return;
    }
    submit(
        new Call.Multi(operations),
        answer ->
            callback.accept(
                answer instanceof Answer.Failed failed
                    ? new MultiReply(failed.code(), failed.failedOperation())
                    : MultiReply.OK));
  }

  private <T> void ask(
      Call call, Function<Answer, @Nullable T> value, Consumer<Reply<T>> callback) {
    submit(call, answer -> callback.accept(new Reply<>(answer.code(), value.apply(answer))));
  }

  private static @Nullable Done done(Answer answer) {
    return answer.code() == Code.OK ? Done.DONE : null;
  }

  @Override
  public Registration listen(SessionListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public boolean isConnected() {
    return state == State.CONNECTED;
  }
}

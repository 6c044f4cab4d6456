package dev.arpeggio.queue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * One client's session with a {@link FakeZooKeeper}. Requests are answered in order as soon as the
 * loop runs, unless the test holds them back; then it decides which of them take effect and which
 * answers arrive.
 */
final class FakePort implements ZooKeeperPort {
  private final FakeZooKeeper server;
  private final ManualLoop loop;
  private final ArrayDeque<Request> pending = new ArrayDeque<>();
  private final List<SessionListener> listeners = new ArrayList<>();
  private boolean held;
  private boolean positionsHidden;
  private boolean connected = true;
  private long session;
  private int multis;
  private int segmentsRead;
  private long requests;
  private long lastEffective;

  /**
   * A request: what it does at the server, which yields its answer, and what it answers if that
   * gets lost.
   */
  private record Request(long number, Supplier<Runnable> effect, Consumer<Code> failure) {}

  FakePort(FakeZooKeeper server, ManualLoop loop, long session) {
    this.server = server;
    this.loop = loop;
    this.session = session;
  }

  /** Keeps requests from the server from now on. */
  FakePort hold() {
    held = true;
    return this;
  }

  /** Lets everything through again. */
  void letGo() {
    held = false;
    pump();
  }

  int pendingRequests() {
    return pending.size();
  }

  /** How many multis were sent so far. */
  int multis() {
    return multis;
  }

  /** How many segments' answers have arrived so far. */
  int segmentsRead() {
    return segmentsRead;
  }

  /** From now on, the answers to multis do not say which operation failed. */
  void hidePositions() {
    positionsHidden = true;
  }

  /** The server carries out the oldest requests and answers them. */
  void answer(int requests) {
    for (int i = 0; i < requests; i++) {
      answerFirst();
    }
  }

  /**
   * Loses the connection; of the requests held back, those for which the predicate holds have taken
   * effect.
   */
  void loseConnection(IntPredicate takesEffect) {
    lose(takesEffect, Code.CONNECTION_LOSS);
  }

  /**
   * Loses the connection; each of the requests held back has taken effect, will never, or takes
   * effect only when the test runs it: it is on its way still, and the client does not know.
   */
  List<Runnable> loseConnection(IntPredicate takesEffect, IntPredicate isLate) {
    var late = new ArrayList<Runnable>();
    int number = 0;
    for (Request request : pending) {
      if (isLate.test(number)) {
        late.add(
            () -> {
              if (request.number() > lastEffective) {
                takeEffect(request);
              }
            });
      }
      number++;
    }
    lose(i -> takesEffect.test(i) && !isLate.test(i), Code.CONNECTION_LOSS);
    return late;
  }

  /**
   * Loses the connection together with the oldest requests, none of which takes effect; the later
   * ones were sent when the connection was back, before the client heard of the loss.
   */
  void loseOldest(int requests) {
    for (int i = 0; i < requests; i++) {
      Request request = pending.removeFirst();
      loop.execute(() -> request.failure().accept(Code.CONNECTION_LOSS));
    }
  }

  /**
   * Loses the connection; what was held back is stranded at a server that passes it on, unordered,
   * when the test runs it.
   */
  List<Runnable> strand() {
    var stranded = new ArrayList<Runnable>();
    for (Request request : pending) {
      stranded.add(() -> takeEffect(request));
    }
    lose(i -> false, Code.CONNECTION_LOSS);
    return stranded;
  }

  /** Loses the session; ephemeral znodes go, and a new session begins. */
  void expire(IntPredicate takesEffect) {
    lose(takesEffect, Code.SESSION_EXPIRED);
    server.endSession(session);
    session += 1_000;
    for (SessionListener listener : List.copyOf(listeners)) {
      loop.execute(listener::expired);
      loop.execute(() -> listener.connected(session));
    }
  }

  /**
   * From now on, nothing reaches the server, and everything fails when the loop runs; false:
   * healed.
   */
  void disconnected(boolean now) {
    connected = !now;
    pump();
  }

  private void lose(IntPredicate takesEffect, Code code) {
    int number = 0;
    for (Request request : List.copyOf(pending)) {
      if (takesEffect.test(number++)) {
        takeEffect(request);
      }
      loop.execute(() -> request.failure().accept(code));
    }
    pending.clear();
  }

  private void submit(Supplier<Runnable> effect, Consumer<Code> failure) {
    pending.addLast(new Request(++requests, effect, failure));
    pump();
  }

  private void pump() {
    while (!held && !pending.isEmpty()) {
      if (connected) {
        answerFirst();
      } else {
        Request request = pending.removeFirst();
        loop.execute(() -> request.failure().accept(Code.CONNECTION_LOSS));
      }
    }
  }

  private void answerFirst() {
    loop.execute(takeEffect(pending.removeFirst()));
  }

  @CanIgnoreReturnValue // Where the answer gets lost.
  private Runnable takeEffect(Request request) {
    lastEffective = Math.max(lastEffective, request.number());
    return request.effect().get();
  }

  private <T> void submit(Consumer<Reply<T>> callback, Supplier<Reply<T>> effect) {
    submit(
        () -> {
          Reply<T> reply = effect.get();
          return () -> callback.accept(reply);
        },
        code -> callback.accept(Reply.failed(code)));
  }

  private static Reply<Done> done(Code code) {
    return code == Code.OK ? Reply.ok(Done.DONE) : Reply.failed(code);
  }

  @Override
  public void get(String path, Consumer<Reply<Node>> callback) {
    Consumer<Reply<Node>> counted =
        reply -> {
          if (path.contains("/log/")) {
            segmentsRead++;
          }
          callback.accept(reply);
        };
    submit(counted, () -> server.get(path));
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    submit(callback, () -> server.children(path));
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    submit(callback, () -> server.exists(path));
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    submit(callback, () -> done(server.create(path, data, mode == Mode.EPHEMERAL ? session : 0)));
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    submit(
        callback,
        () -> {
          Code code = server.set(path, data, expectedVersion);
          return code == Code.OK ? server.exists(path) : Reply.failed(code);
        });
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    submit(callback, () -> done(server.delete(path, expectedVersion)));
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    submit(callback, () -> Reply.ok(Done.DONE));
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    multis++;
    submit(
        () -> {
          MultiReply result = server.multi(operations);
          MultiReply reply = positionsHidden ? new MultiReply(result.code(), -1) : result;
          return () -> callback.accept(reply);
        },
        code -> callback.accept(new MultiReply(code, -1)));
  }

  @Override
  public Registration listen(SessionListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public boolean isConnected() {
    return connected;
  }
}

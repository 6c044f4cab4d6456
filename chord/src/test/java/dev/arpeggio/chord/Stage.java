package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One node, number 100 on a circle of 256, whose every call is answered by the test. Time stands
 * still until the test moves it.
 */
final class Stage implements EventLoop, RingTransport {
  static final IdSpace SPACE = new IdSpace(8);
  static final ChordConfig CONFIG = ChordConfig.lan().withSuccessorListLength(3);

  /** A call of the node that waits for its answer. */
  record Call(String address, RingQuery query, ResponseCallback callback) {}

  private record Due(long nanos, int sequence, Runnable task) {}

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingInt(Due::sequence));
  private final Deque<Call> calls = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> figures = new ArrayList<>();
  private final ChordNode node;
  private @Nullable RequestHandler handler;
  private long nowNanos;
  private int sequence;

  Stage() {
    this(CONFIG);
  }

  Stage(ChordConfig config) {
    node = new ChordNode(SPACE, peer(100), config, this, this, new Random(1), new Recorder());
  }

  static Peer peer(int id) {
    return new Peer(SPACE.of(id), "test://" + id);
  }

  static List<Peer> peers(int... ids) {
    return Arrays.stream(ids).mapToObj(Stage::peer).toList();
  }

  static RingResponse state(int self, @Nullable Integer predecessor, int... successors) {
    return new RingResponse.State(
        new MemberState(
            peer(self), predecessor == null ? null : peer(predecessor), peers(successors)));
  }

  /** A member between 80 and 120, in the middle of nothing. */
  static Stage member() {
    return member(CONFIG);
  }

  static Stage member(ChordConfig config) {
    Stage stage = new Stage(config);
    stage.node.start(List.of("test://80"));
    stage.answer(80, RingQuery.Route.class, new RingResponse.Owner(peer(80), peer(120)));
    stage.answer(80, RingQuery.GetState.class, state(80, 60, 120, 140, 160));
    stage.pass(Duration.ZERO);
    stage.answer(120, RingQuery.GetState.class, state(120, 100, 140, 160, 180));
    stage.drop(RingQuery.Notify.class);
    stage.drop(RingQuery.Route.class);
    stage.events();
    return stage;
  }

  ChordNode node() {
    return node;
  }

  /** Another node's question to this one. */
  RingResponse ask(RingQuery query) {
    return ask(CONFIG.handshake(SPACE), query);
  }

  RingResponse ask(Handshake handshake, RingQuery query) {
    if (handler == null) {
      throw new AssertionError("the node does not serve");
    }
    return handler.handle(new RingRequest(handshake, query));
  }

  /** Answers the node's next call, which must be this one. */
  void answer(int address, Class<? extends RingQuery> kind, RingResponse response) {
    expect(address, kind).callback().succeeded(response);
    pass(Duration.ZERO);
  }

  void fail(int address, Class<? extends RingQuery> kind, CallFailure failure) {
    expect(address, kind).callback().failed(failure);
    pass(Duration.ZERO);
  }

  Call expect(int address, Class<? extends RingQuery> kind) {
    assertFalse(calls.isEmpty(), "the node calls nobody");
    Call call = calls.removeFirst();
    assertInstanceOf(kind, call.query());
    assertEquals("test://" + address, call.address());
    return call;
  }

  /** The call waits again, before all others. */
  void putBack(Call call) {
    calls.addFirst(call);
  }

  Call expectAny() {
    assertFalse(calls.isEmpty(), "the node calls nobody");
    return calls.removeFirst();
  }

  boolean nextIs(String address, Class<? extends RingQuery> kind) {
    Call next = calls.peekFirst();
    return next != null && next.address().equals(address) && kind.isInstance(next.query());
  }

  /** Whether the node's next call is a question about this key. */
  boolean nextIsAbout(RingId key) {
    Call next = calls.peekFirst();
    return next != null && next.query() instanceof RingQuery.Route route && route.key().equals(key);
  }

  /** Forgets waiting calls of one kind. */
  void drop(Class<? extends RingQuery> kind) {
    calls.removeIf(call -> kind.isInstance(call.query()));
  }

  boolean isQuiet() {
    return calls.isEmpty();
  }

  /** Runs the time until the node calls somebody. */
  void untilItCalls() {
    for (int i = 0; calls.isEmpty() && i < 10_000; i++) {
      pass(Duration.ofMillis(1));
    }
  }

  void pass(Duration duration) {
    long end = nowNanos + duration.toNanos();
    while (!queue.isEmpty() && queue.peek().nanos() <= end) {
      Due due = queue.remove();
      nowNanos = due.nanos();
      due.task().run();
    }
    nowNanos = end;
  }

  /** What the listener heard since the last time. */
  List<String> events() {
    List<String> heard = List.copyOf(events);
    events.clear();
    return heard;
  }

  /** What was measured since the last time. */
  List<String> figures() {
    List<String> measured = List.copyOf(figures);
    figures.clear();
    return measured;
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Due due = new Due(nowNanos + delay.toNanos(), sequence++, task);
    queue.add(due);
    return () -> queue.remove(due);
  }

  @Override
  public String address() {
    return "test://100";
  }

  @Override
  public void serve(RequestHandler requests) {
    handler = requests;
  }

  @Override
  public void call(
      String address, RingRequest request, Duration timeout, ResponseCallback callback) {
    assertEquals(CONFIG.handshake(SPACE), request.handshake());
    calls.addLast(new Call(address, request.query(), callback));
  }

  @Override
  public void close() {}

  private final class Figures implements RingMetrics {
    @Override
    public void lookupSucceeded(int hops, Duration latency) {
      figures.add("found in " + hops + " hops and " + latency.toMillis() + " ms");
    }

    @Override
    public void lookupFailed(LookupException.Reason reason) {
      figures.add("not found: " + reason);
    }

    @Override
    public void callTimedOut() {
      figures.add("timed out");
    }

    @Override
    public void stabilized() {
      figures.add("round");
    }

    @Override
    public void neighbourSuspected() {
      figures.add("suspected");
    }

    @Override
    public void rangeOwned(double share) {
      figures.add("owns " + share);
    }
  }

  private final class Recorder implements RingListener {
    @Override
    public RingMetrics metrics() {
      return new Figures();
    }

    @Override
    public void rangeGained(RingId from, RingId to) {
      events.add("gained " + from.value() + " to " + to.value());
    }

    @Override
    public void rangeLost(RingId from, RingId to) {
      events.add("lost " + from.value() + " to " + to.value());
    }

    @Override
    public void neighbourSuspected(Peer neighbour) {
      events.add("suspects " + neighbour.id().value());
    }

    @Override
    public void neighbourGone(Peer neighbour) {
      events.add("gone " + neighbour.id().value());
    }

    @Override
    public void joinAttemptFailed(String reason) {
      events.add("did not join");
    }

    @Override
    public void invariantBroken(String problem) {
      throw new AssertionError(problem);
    }
  }
}

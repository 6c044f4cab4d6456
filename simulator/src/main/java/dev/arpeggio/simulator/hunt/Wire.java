package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.PayloadHash;
import dev.arpeggio.simulator.Randomness;
import dev.arpeggio.simulator.Randomness.Concern;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The network of a hunt. The fate of each message comes from the seed, the two ends and its number
 * between them, so that what happens to one message depends on no other: a schedule from which an
 * action was taken away goes on as before wherever that action did not matter. Lookups are numbered
 * by themselves, so that they do not matter to what keeps the ring together.
 */
final class Wire {
  /** Sees every call at its turning points, before anything comes of them. */
  interface Observer {
    void called(HuntedNode caller, RingRequest request);

    void requestArrives(HuntedNode callee, RingRequest request);

    void answered(HuntedNode callee, HuntedNode caller, RingRequest request, RingResponse response);

    void answerArrives(int callee, HuntedNode caller, RingRequest request, RingResponse response);

    void failureArrives(int callee, HuntedNode caller, RingRequest request, CallFailure failure);

    /** A message got no further; {@code why} is one word. */
    void lost(Leg leg, int from, int to, RingRequest request, String why);

    /** The caller is about to learn how the call ended. */
    void ended(HuntedNode caller, RingRequest request);
  }

  /** The two ways of a call. */
  enum Leg {
    REQUEST,
    ANSWER
  }

  private static final long WAYS = 2L * Schedule.MAX_NODES * Schedule.MAX_NODES;

  private final VirtualTime time;
  private final Randomness randomness;
  private final Pacing pacing;
  private final Tally tally;
  private final Observer observer;
  private final Map<String, HuntedNode> hosts = new LinkedHashMap<>();
  private final Map<Integer, Link> links = new LinkedHashMap<>();
  private final Map<Fault, Action.Disturb> disturbances = new EnumMap<>(Fault.class);
  private final int[] slownessMillis = new int[Schedule.MAX_NODES];
  private Action.@Nullable Cut cut;
  private BitSet cutOff = new BitSet();

  Wire(VirtualTime time, Randomness randomness, Pacing pacing, Tally tally, Observer observer) {
    this.time = time;
    this.randomness = randomness;
    this.pacing = pacing;
    this.tally = tally;
    this.observer = observer;
  }

  /** The node lives at its address from now on; a former life does no longer. */
  void connect(HuntedNode node) {
    hosts.put(node.address(), node);
  }

  void disturb(Action.Disturb disturbance) {
    disturbances.put(disturbance.fault(), disturbance);
  }

  void cut(Action.Cut nodes) {
    cut = nodes;
    cutOff = new BitSet();
    nodes.nodes().forEach(cutOff::set);
  }

  void heal() {
    cut = null;
  }

  void slow(int node, int millis) {
    slownessMillis[node] = millis;
  }

  /** Ends all disturbances. */
  void calm() {
    disturbances.clear();
    Arrays.fill(slownessMillis, 0);
    heal();
  }

  void call(
      HuntedNode caller,
      String callee,
      RingRequest request,
      Duration timeout,
      ResponseCallback callback) {
    observer.called(caller, request);
    HuntedNode target = hosts.get(callee);
    int to = target == null ? caller.number() : target.number();
    Call call = new Call(caller, callee, to, request, callback);
    call.deadline =
        caller
            .clock()
            .timer(
                timeout,
                EventKind.FAILURE,
                () -> call.fail(new CallFailure.TimedOut("no answer from " + callee)));
    Fate fate = fate(caller.number(), to, request);
    if (fate.dropped) {
      call.lost(Leg.REQUEST, "dropped");
      return;
    }
    if (fate.reportedFailed) {
      tally.fired(Fault.FALSE_FAILURE);
      call.falseFailure = true;
    }
    long payload = PayloadHash.of(request.query());
    time.schedule(fate.nanos, EventKind.REQUEST, to, payload, () -> arrive(call, fate));
    if (fate.duplicated) {
      tally.fired(Fault.DUPLICATE);
      time.schedule(
          fate.nanos + fate.duplicateNanos,
          EventKind.REQUEST,
          to,
          payload,
          () -> arrive(call, fate));
    }
  }

  private void arrive(Call call, Fate fate) {
    HuntedNode target = hosts.get(call.callee);
    int from = call.caller.number();
    if (target == null) {
      call.reply(from, null, new CallFailure.Unreachable("no node at " + call.callee));
      return;
    }
    if (isCut(from, target.number())) {
      call.lost(Leg.REQUEST, "cut");
      return;
    }
    if (target.end() == HuntedNode.End.DARK) {
      call.lost(Leg.REQUEST, "dark");
      return;
    }
    if (target.end() == HuntedNode.End.REFUSING) {
      call.lost(Leg.REQUEST, "unreachable");
      call.reply(target.number(), null, new CallFailure.Unreachable("no node at " + call.callee));
      return;
    }
    fate.arrived();
    EventLoop.Timer unused =
        target
            .clock()
            .later(
                0,
                EventKind.REQUEST,
                0,
                () -> {
                  observer.requestArrives(target, call.request);
                  RingResponse response = target.handle(call.request);
                  observer.answered(target, call.caller, call.request, response);
                  if (response instanceof RingResponse.Refused refused) {
                    call.reply(
                        target.number(),
                        null,
                        new CallFailure.Refused(refused.reason(), refused.detail()));
                  } else {
                    call.reply(target.number(), response, null);
                  }
                });
  }

  private boolean isCut(int from, int to) {
    Action.Cut now = cut;
    if (now == null || cutOff.get(from) == cutOff.get(to)) {
      return false;
    }
    if (now.fault() == Fault.ONE_WAY && !cutOff.get(from)) {
      return false;
    }
    tally.fired(now.fault());
    return true;
  }

  private Fate fate(int from, int to, RingRequest request) {
    int way = (lane(request.query()) * Schedule.MAX_NODES + from) * Schedule.MAX_NODES + to;
    Link link = links.computeIfAbsent(way, unused -> new Link());
    long number = link.sent++;
    RandomGenerator random = randomness.of(Concern.FAULTS, number * WAYS + way);
    Fate fate = new Fate(link, number);
    fate.nanos = random.nextLong(pacing.minLatencyNanos(), pacing.maxLatencyNanos());
    int slowness = slownessMillis[from] + slownessMillis[to];
    if (slowness > 0) {
      tally.fired(Fault.SLOW);
      fate.nanos += slowness * 1_000_000L;
    }
    for (Action.Disturb disturbance : disturbances.values()) {
      if (random.nextInt(100) < disturbance.percent()) {
        hit(fate, disturbance, random);
      }
    }
    return fate;
  }

  private static int lane(RingQuery query) {
    boolean lookup =
        query instanceof RingQuery.Route
            || query instanceof RingQuery.Forward
            || query instanceof RingQuery.Found;
    return lookup ? 1 : 0;
  }

  private void hit(Fate fate, Action.Disturb disturbance, RandomGenerator random) {
    long nanos = Math.max(1, disturbance.millis() * 1_000_000L);
    switch (disturbance.fault()) {
      case DROP -> {
        tally.fired(Fault.DROP);
        fate.dropped = true;
      }
      case DELAY -> {
        tally.fired(Fault.DELAY);
        fate.nanos += random.nextLong(nanos);
      }
      case REORDER -> {
        fate.heldBack = true;
        fate.nanos += nanos;
      }
      case DUPLICATE -> {
        fate.duplicated = true;
        fate.duplicateNanos = random.nextLong(nanos);
      }
      case FALSE_FAILURE -> fate.reportedFailed = true;
      default -> throw new IllegalStateException(disturbance + " does not concern messages");
    }
  }

  private static final class Link {
    private long sent;
    private long newestArrived = -1;
  }

  /** What becomes of one message. */
  private final class Fate {
    private final Link link;
    private final long number;
    private long nanos;
    private boolean dropped;
    private boolean heldBack;
    private boolean duplicated;
    private long duplicateNanos;
    private boolean reportedFailed;

    Fate(Link link, long number) {
      this.link = link;
      this.number = number;
    }

    void arrived() {
      if (heldBack && link.newestArrived > number) {
        tally.fired(Fault.REORDER);
      }
      link.newestArrived = Math.max(link.newestArrived, number);
    }
  }

  private final class Call {
    private final HuntedNode caller;
    private final String callee;
    private final int number;
    private final RingRequest request;
    private final ResponseCallback callback;
    private EventLoop.@Nullable Timer deadline;
    private boolean falseFailure;
    private boolean done;

    Call(
        HuntedNode caller,
        String callee,
        int number,
        RingRequest request,
        ResponseCallback callback) {
      this.caller = caller;
      this.callee = callee;
      this.number = number;
      this.request = request;
      this.callback = callback;
    }

    void reply(int from, @Nullable RingResponse response, @Nullable CallFailure failure) {
      Fate fate = fate(from, caller.number(), request);
      if (fate.dropped) {
        lost(Leg.ANSWER, "dropped");
        return;
      }
      CallFailure told = falseFailure ? new CallFailure.TimedOut("the connection broke") : failure;
      long payload =
          told != null ? PayloadHash.of(told) : response != null ? PayloadHash.of(response) : 0;
      EventLoop.Timer unused =
          caller
              .clock()
              .later(
                  fate.nanos,
                  EventKind.RESPONSE,
                  payload,
                  () -> {
                    if (isCut(from, caller.number())) {
                      lost(Leg.ANSWER, "cut");
                      return;
                    }
                    fate.arrived();
                    if (told != null) {
                      fail(told);
                    } else if (response != null) {
                      succeed(response);
                    }
                  });
    }

    private void succeed(RingResponse response) {
      if (finish()) {
        observer.answerArrives(number, caller, request, response);
        callback.succeeded(response);
      } else {
        lost(Leg.ANSWER, "late");
      }
    }

    void lost(Leg leg, String why) {
      boolean forth = leg == Leg.REQUEST;
      observer.lost(
          leg, forth ? caller.number() : number, forth ? number : caller.number(), request, why);
    }

    void fail(CallFailure failure) {
      if (finish()) {
        observer.failureArrives(number, caller, request, failure);
        callback.failed(failure);
      }
    }

    private boolean finish() {
      if (done) {
        return false;
      }
      done = true;
      if (deadline != null) {
        deadline.cancel();
      }
      observer.ended(caller, request);
      return true;
    }
  }
}

package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.PayloadHash;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network of a hunt: carries calls to whoever lives at an address, as {@link Fates} will have
 * it, and loses them where a partition lies between.
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

  private final VirtualTime time;
  private final Fates fates;
  private final Tally tally;
  private final Observer observer;
  private final Map<String, HuntedNode> hosts = new LinkedHashMap<>();
  private Action.@Nullable Cut cut;
  private BitSet cutOff = new BitSet();

  Wire(VirtualTime time, Fates fates, Tally tally, Observer observer) {
    this.time = time;
    this.fates = fates;
    this.tally = tally;
    this.observer = observer;
  }

  /** The node lives at its address from now on; a former life does no longer. */
  void connect(HuntedNode node) {
    hosts.put(node.address(), node);
  }

  void cut(Action.Cut nodes) {
    cut = nodes;
    cutOff = new BitSet();
    nodes.nodes().forEach(cutOff::set);
  }

  void heal() {
    cut = null;
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
    Fates.Fate fate = fates.of(caller.number(), to, request.query());
    if (fate.dropped()) {
      call.lost(Leg.REQUEST, "dropped");
      return;
    }
    if (fate.reportedFailed()) {
      tally.fired(Fault.FALSE_FAILURE);
      call.falseFailure = true;
    }
    long payload = PayloadHash.of(request.query());
    time.schedule(fate.nanos(), EventKind.REQUEST, to, payload, () -> arrive(call, fate));
    if (fate.duplicated()) {
      tally.fired(Fault.DUPLICATE);
      time.schedule(
          fate.nanos() + fate.duplicateNanos(),
          EventKind.REQUEST,
          to,
          payload,
          () -> arrive(call, fate));
    }
  }

  private void arrive(Call call, Fates.Fate fate) {
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
      Fates.Fate fate = fates.of(from, caller.number(), request.query());
      if (fate.dropped()) {
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
                  fate.nanos(),
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

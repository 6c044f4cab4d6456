package dev.arpeggio.simulator;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The network between simulated nodes: every message takes a time of its own, so messages overtake
 * each other; a call to an address where nobody listens is refused, one to a frozen node or across
 * a partition is lost and runs into its time-out.
 */
final class SimulatedNetwork {
  private final VirtualTime time;
  private final RandomGenerator random;
  private final long minLatencyNanos;
  private final long maxLatencyNanos;
  private final Map<String, SimulatedTransport> listening = new LinkedHashMap<>();
  private final BitSet frozen = new BitSet();
  private BitSet otherSide = new BitSet();

  SimulatedNetwork(
      VirtualTime time, RandomGenerator random, Duration minLatency, Duration maxLatency) {
    this.time = time;
    this.random = random;
    this.minLatencyNanos = minLatency.toNanos();
    this.maxLatencyNanos = maxLatency.toNanos();
  }

  void listen(SimulatedTransport transport) {
    if (listening.putIfAbsent(transport.address(), transport) != null) {
      throw new IllegalStateException(transport.address() + " is taken");
    }
  }

  void unlisten(SimulatedTransport transport) {
    listening.remove(transport.address(), transport);
  }

  /**
   * Takes the node's host off the network without a trace: nothing is refused, nothing is answered.
   */
  void freeze(int node) {
    frozen.set(node);
  }

  void unfreeze(int node) {
    frozen.clear(node);
  }

  /** From now on, messages between these nodes and all others are lost; those under way too. */
  void partition(BitSet nodes) {
    otherSide = (BitSet) nodes.clone();
  }

  void heal() {
    otherSide = new BitSet();
  }

  void call(
      SimulatedTransport caller,
      String callee,
      RingRequest request,
      Duration timeout,
      ResponseCallback callback) {
    long deadlineNanos = time.nowNanos() + timeout.toNanos();
    SimulatedTransport target = listening.get(callee);
    time.schedule(
        latencyNanos(),
        EventKind.REQUEST,
        target == null ? -1 : target.loop().node(),
        PayloadHash.of(request.query()),
        () -> arrive(caller, callee, request, deadlineNanos, callback));
  }

  private void arrive(
      SimulatedTransport caller,
      String callee,
      RingRequest request,
      long deadlineNanos,
      ResponseCallback callback) {
    SimulatedTransport target = listening.get(callee);
    if (target != null && isCut(caller.loop().node(), target.loop().node())) {
      expire(caller, callee, deadlineNanos, callback);
      return;
    }
    if (target == null) {
      reply(
          caller,
          callee,
          deadlineNanos,
          null,
          new CallFailure.Unreachable("no node at " + callee),
          callback);
      return;
    }
    RingResponse response = target.handle(request);
    if (response instanceof RingResponse.Refused refused) {
      reply(
          caller,
          callee,
          deadlineNanos,
          null,
          new CallFailure.Refused(refused.reason(), refused.detail()),
          callback);
    } else {
      reply(caller, callee, deadlineNanos, response, null, callback);
    }
  }

  private void reply(
      SimulatedTransport caller,
      String callee,
      long deadlineNanos,
      @Nullable RingResponse response,
      @Nullable CallFailure failure,
      ResponseCallback callback) {
    long latencyNanos = latencyNanos();
    if (time.nowNanos() + latencyNanos > deadlineNanos) {
      expire(caller, callee, deadlineNanos, callback);
    } else if (response != null) {
      caller
          .loop()
          .schedule(
              latencyNanos,
              EventKind.RESPONSE,
              PayloadHash.of(response),
              () -> callback.succeeded(response));
    } else if (failure != null) {
      fail(caller, latencyNanos, failure, callback);
    }
  }

  private void expire(
      SimulatedTransport caller, String callee, long deadlineNanos, ResponseCallback callback) {
    fail(
        caller,
        deadlineNanos - time.nowNanos(),
        new CallFailure.TimedOut("no answer from " + callee),
        callback);
  }

  private static void fail(
      SimulatedTransport caller, long delayNanos, CallFailure failure, ResponseCallback callback) {
    caller
        .loop()
        .schedule(
            delayNanos, EventKind.FAILURE, PayloadHash.of(failure), () -> callback.failed(failure));
  }

  private boolean isCut(int from, int to) {
    return frozen.get(from) || frozen.get(to) || otherSide.get(from) != otherSide.get(to);
  }

  private long latencyNanos() {
    return minLatencyNanos == maxLatencyNanos
        ? minLatencyNanos
        : random.nextLong(minLatencyNanos, maxLatencyNanos);
  }
}

package dev.arpeggio.chord.transport.local;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Position;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests from loop to loop. What is under way is known on the caller's loop only, and
 * bounded.
 */
final class LocalRingTransport implements RingTransport {
  private static final int MAX_IN_FLIGHT = 4096;

  private final String address;
  private final LocalNetwork network;
  private final EventLoop loop;
  private final AtomicReference<@Nullable RequestHandler> handler = new AtomicReference<>();
  private final Set<Call> inFlight = new LinkedHashSet<>();
  private volatile boolean closed;

  LocalRingTransport(String address, LocalNetwork network, EventLoop loop) {
    this.address = address;
    this.network = network;
    this.loop = loop;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void serve(RequestHandler requests) {
    if (!handler.compareAndSet(null, requests)) {
      throw new IllegalStateException(address + " is served already");
    }
  }

  @Override
  public void call(
      String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
    loop.execute(() -> new Call(callback).start(callee, request, timeout));
  }

  @Override
  public void close() {
    closed = true;
    network.remove(this);
    loop.execute(
        () ->
            List.copyOf(inFlight)
                .forEach(call -> call.fail(new CallFailure.Unreachable(address + " is closed"))));
  }

  private void receive(RingRequest request, Call call) {
    loop.execute(
        () -> {
          RequestHandler served = handler.get();
          if (closed) {
            call.answer(new CallFailure.Unreachable(address + " is closed"));
          } else if (served == null) {
            call.answer(
                new CallFailure.Refused(RefusalReason.NOT_MEMBER, address + " does not serve yet"));
          } else {
            call.answer(served.handle(request));
          }
        });
  }

  private final class Call {
    private final ResponseCallback callback;
    private EventLoop.@Nullable Timer timer;

    Call(ResponseCallback callback) {
      this.callback = callback;
    }

    void start(String callee, RingRequest request, Duration timeout) {
      Position position = Position.of(callee);
      LocalRingTransport target = network.at(position.daemon());
      if (closed || target == null) {
        callback.failed(
            new CallFailure.Unreachable(closed ? address + " is closed" : "no node at " + callee));
      } else if (inFlight.size() == MAX_IN_FLIGHT) {
        callback.failed(
            new CallFailure.Refused(
                RefusalReason.OVERLOADED, MAX_IN_FLIGHT + " calls are under way"));
      } else {
        inFlight.add(this);
        timer =
            loop.schedule(
                timeout,
                () ->
                    fail(new CallFailure.TimedOut("no answer from " + callee + " in " + timeout)));
        target.receive(request.at(position.number()), this);
      }
    }

    /** Called on the callee's loop. */
    void answer(RingResponse response) {
      if (response instanceof RingResponse.Refused refused) {
        answer(new CallFailure.Refused(refused.reason(), refused.detail()));
      } else {
        loop.execute(
            () -> {
              if (end()) {
                callback.succeeded(response);
              }
            });
      }
    }

    /** Called on the callee's loop. */
    void answer(CallFailure failure) {
      loop.execute(() -> fail(failure));
    }

    void fail(CallFailure failure) {
      if (end()) {
        callback.failed(failure);
      }
    }

    private boolean end() {
      if (timer != null) {
        timer.cancel();
      }
      return inFlight.remove(this);
    }
  }
}

package dev.arpeggio.simulator.scale;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import org.jspecify.annotations.Nullable;

/** One call: first an event at the callee, then the same object is an event at the caller. */
final class Call extends Event {
  private final Place caller;
  private final Place callee;
  private final RingRequest request;
  private final ResponseCallback callback;
  private @Nullable RingResponse response;

  Call(Place caller, Place callee, RingRequest request, ResponseCallback callback) {
    this.caller = caller;
    this.callee = callee;
    this.request = request;
    this.callback = callback;
  }

  /** Where it is under way to. */
  Place destination() {
    return response == null ? callee : caller;
  }

  @Override
  void run() {
    RingResponse answer = response;
    if (answer == null) {
      response = callee.handle(request);
      callee.arc().send(this, caller);
    } else if (answer instanceof RingResponse.Refused refused) {
      callback.failed(new CallFailure.Refused(refused.reason(), refused.detail()));
    } else {
      callback.succeeded(answer);
    }
  }
}

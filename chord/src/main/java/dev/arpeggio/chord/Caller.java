package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;

/**
 * A node's voice: puts the handshake on every query and silences the answers once the node has
 * stopped. On the loop.
 */
final class Caller {
  private final RingTransport transport;
  private final Handshake handshake;
  private final Duration timeout;
  private final RingMetrics metrics;
  private boolean silenced;

  Caller(RingTransport transport, Handshake handshake, Duration timeout, RingMetrics metrics) {
    this.transport = transport;
    this.handshake = handshake;
    this.timeout = timeout;
    this.metrics = metrics;
  }

  void ask(String address, RingQuery query, ResponseCallback callback) {
    transport.call(
        address,
        new RingRequest(handshake, query),
        timeout,
        new ResponseCallback() {
          @Override
          public void succeeded(RingResponse response) {
            if (!silenced) {
              callback.succeeded(response);
            }
          }

          @Override
          public void failed(CallFailure failure) {
            if (!silenced) {
              if (failure instanceof CallFailure.TimedOut) {
                metrics.callTimedOut();
              }
              callback.failed(failure);
            }
          }
        });
  }

  /** From now on, no answer reaches its callback. */
  void silence() {
    silenced = true;
  }

  /** What a failed call says about the node at the other end. */
  static Verdict verdict(CallFailure failure) {
    if (failure instanceof CallFailure.Unreachable) {
      return Verdict.DEAD;
    }
    if (failure instanceof CallFailure.Refused refused) {
      // A member of another ring, or of none, is as good as dead for this one.
      boolean alive =
          refused.reason() == RefusalReason.OVERLOADED
              || refused.reason() == RefusalReason.MALFORMED;
      return alive ? Verdict.ALIVE : Verdict.DEAD;
    }
    return Verdict.SILENT;
  }

  enum Verdict {
    ALIVE,
    SILENT,
    DEAD
  }
}

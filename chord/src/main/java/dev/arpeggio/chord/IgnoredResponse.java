package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingResponse;

/** For messages that are sent again anyway: their failure shows elsewhere. */
enum IgnoredResponse implements ResponseCallback {
  INSTANCE;

  @Override
  public void succeeded(RingResponse response) {}

  @Override
  public void failed(CallFailure failure) {}
}

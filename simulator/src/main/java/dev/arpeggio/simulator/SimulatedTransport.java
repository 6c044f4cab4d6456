package dev.arpeggio.simulator;

import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One node's end of the simulated network. */
final class SimulatedTransport implements RingTransport {
  private final String address;
  private final VirtualLoop loop;
  private final SimulatedNetwork network;
  private @Nullable RequestHandler handler;

  SimulatedTransport(String address, VirtualLoop loop, SimulatedNetwork network) {
    this.address = address;
    this.loop = loop;
    this.network = network;
    network.listen(this);
  }

  VirtualLoop loop() {
    return loop;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void serve(RequestHandler requests) {
    if (handler != null) {
      throw new IllegalStateException(address + " is served already");
    }
    handler = requests;
  }

  @Override
  public void call(
      String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
    network.call(this, callee, request, timeout, callback);
  }

  @Override
  public void close() {
    network.unlisten(this);
  }

  RingResponse handle(RingRequest request) {
    return handler == null
        ? new RingResponse.Refused(RefusalReason.NOT_MEMBER, address + " does not serve yet")
        : handler.handle(request);
  }
}

package dev.arpeggio.chord.transport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets several nodes of one daemon, each a position on the ring of its own, share one transport and
 * its loop. Safe for any thread.
 */
public final class SharedTransport {
  private final RingTransport carrier;
  private final AtomicReferenceArray<@Nullable RequestHandler> handlers;

  private SharedTransport(RingTransport carrier, int count) {
    this.carrier = carrier;
    this.handlers = new AtomicReferenceArray<>(count);
  }

  /**
   * One transport for each position. The first has the carrier's address, the others have it with
   * {@code /1}, {@code /2} and so on. Closing one of them ends its answers; the carrier stays the
   * caller's to close, which ends everything.
   *
   * @param carrier not served yet; it must tell positions apart, as those of this library do
   * @param count 1 to {@link Position#MAX} + 1
   * @throws IllegalArgumentException if the count is out of its range
   * @throws IllegalStateException if the carrier is served already
   */
  public static List<RingTransport> share(RingTransport carrier, int count) {
    if (count < 1 || count > Position.MAX + 1) {
      throw new IllegalArgumentException("a daemon has 1 to " + (Position.MAX + 1) + " positions");
    }
    SharedTransport shared = new SharedTransport(carrier, count);
    carrier.serve(shared::handle);
    return IntStream.range(0, count)
        .<RingTransport>mapToObj(number -> shared.new Share(number))
        .toList();
  }

  private RingResponse handle(RingRequest request) {
    int number = request.position();
    RequestHandler handler =
        number >= 0 && number < handlers.length() ? handlers.get(number) : null;
    return handler == null
        ? new RingResponse.Refused(
            RefusalReason.NOT_MEMBER, carrier.address() + " does not serve position " + number)
        : handler.handle(request);
  }

  private final class Share implements RingTransport {
    private final int number;
    private volatile boolean closed;

    Share(int number) {
      this.number = number;
    }

    @Override
    public String address() {
      return new Position(carrier.address(), number).toString();
    }

    @Override
    public void serve(RequestHandler handler) {
      if (closed || !handlers.compareAndSet(number, null, handler)) {
        throw new IllegalStateException(address() + " is served already, or closed");
      }
    }

    @Override
    public void call(
        String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
      carrier.call(callee, request, timeout, callback);
    }

    @Override
    public void close() {
      closed = true;
      handlers.set(number, null);
    }
  }
}

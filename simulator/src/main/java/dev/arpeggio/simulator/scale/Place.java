package dev.arpeggio.simulator.scale;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one node sees of the world: its loop and its transport. Every call is answered well before
 * its time-out, so there are no time-outs. On the thread of its arc.
 */
final class Place implements EventLoop, RingTransport {
  private final Arc arc;
  private final String address;
  private @Nullable RequestHandler handler;

  Place(Arc arc, String address) {
    this.arc = arc;
    this.address = address;
  }

  Arc arc() {
    return arc;
  }

  @Override
  public long nanoTime() {
    return arc.queue().nowNanos();
  }

  @Override
  public void execute(Runnable task) {
    add(0, new Alarm(task));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Alarm alarm = new Alarm(task);
    add(Math.max(0, delay.toNanos()), alarm);
    return alarm;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void serve(RequestHandler requests) {
    handler = requests;
  }

  @Override
  public void call(
      String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
    Place target = arc.find(callee);
    arc.send(new Call(this, target, request, callback), target);
  }

  @Override
  public void close() {
    handler = null;
  }

  RingResponse handle(RingRequest request) {
    return handler == null
        ? new RingResponse.Refused(RefusalReason.NOT_MEMBER, address + " does not serve")
        : handler.handle(request);
  }

  private void add(long delayNanos, Alarm alarm) {
    arc.queue().add(arc.queue().nowNanos() + delayNanos, alarm);
  }

  private static final class Alarm extends Event implements Timer {
    private final Runnable task;
    private boolean cancelled;

    Alarm(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    void run() {
      if (!cancelled) {
        task.run();
      }
    }
  }
}

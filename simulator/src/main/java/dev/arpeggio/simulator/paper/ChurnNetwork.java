package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualLoop;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The network of ToN V.E: every message takes an exponential time of its own, so messages overtake
 * each other, and who has left is silent. Single-threaded.
 *
 * <p>Knows in the course of which lookup a call is made: the calls of {@link #inCourseOf}, and
 * those made when one of them is answered or fails. A lookup hands itself on in no other way.
 */
final class ChurnNetwork {
  /** Something that calls are made for. */
  interface Course {
    /** A contact did not answer in time, or is no member. */
    void contactFailed();
  }

  private final VirtualTime time;
  private final SplittableRandom random;
  private final double meanLatencyNanos;
  private final Map<String, Station> stations = new LinkedHashMap<>();
  private @Nullable Course underWay;

  ChurnNetwork(VirtualTime time, SplittableRandom random, Duration meanLatency) {
    this.time = time;
    this.random = random;
    this.meanLatencyNanos = meanLatency.toNanos();
  }

  /** A new node's end of the network. Calls to its address are answered until it closes. */
  RingTransport station(String address, VirtualLoop loop) {
    Station station = new Station(address, loop);
    stations.put(address, station);
    return station;
  }

  /** Calls made by this action, and all that follow from their answers, belong to the course. */
  void inCourseOf(@Nullable Course course, Runnable action) {
    underWay = course;
    action.run();
    underWay = null;
  }

  /** A random time whose like has this mean, in the same unit; the same on every machine. */
  static long exponential(SplittableRandom random, double mean) {
    return (long) (-StrictMath.log(1 - random.nextDouble()) * mean);
  }

  private final class Station implements RingTransport {
    private final String address;
    private final VirtualLoop loop;
    private @Nullable RequestHandler handler;

    Station(String address, VirtualLoop loop) {
      this.address = address;
      this.loop = loop;
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
      Call call = new Call(this, underWay, callback);
      long there = exponential(random, meanLatencyNanos);
      long back = exponential(random, meanLatencyNanos);
      long left = timeout.toNanos() - there;
      boolean inTime = back <= left;
      if (!inTime) {
        call.expires(timeout.toNanos(), callee);
      }
      time.schedule(
          there,
          EventKind.REQUEST,
          loop.node(),
          0,
          () -> {
            Station target = stations.get(callee);
            RingResponse response = target == null ? null : target.handle(request);
            if (inTime && response != null) {
              call.ends(back, response);
            } else if (inTime) {
              call.expires(left, callee);
            }
          });
    }

    @Override
    public void close() {
      stations.remove(address, this);
    }

    private RingResponse handle(RingRequest request) {
      return handler == null
          ? new RingResponse.Refused(RefusalReason.NOT_MEMBER, address + " does not serve yet")
          : handler.handle(request);
    }
  }

  private final class Call {
    private final Station caller;
    private final @Nullable Course course;
    private final ResponseCallback callback;

    Call(Station caller, @Nullable Course course, ResponseCallback callback) {
      this.caller = caller;
      this.course = course;
      this.callback = callback;
    }

    void ends(long nanos, RingResponse response) {
      if (response instanceof RingResponse.Refused refused) {
        fails(nanos, new CallFailure.Refused(refused.reason(), refused.detail()));
      } else {
        caller.loop.schedule(
            nanos,
            EventKind.RESPONSE,
            0,
            () -> inCourseOf(course, () -> callback.succeeded(response)));
      }
    }

    void expires(long nanos, String callee) {
      fails(nanos, new CallFailure.TimedOut("no answer from " + callee));
    }

    private void fails(long nanos, CallFailure failure) {
      caller.loop.schedule(
          nanos,
          EventKind.FAILURE,
          0,
          () -> {
            if (course != null) {
              course.contactFailed();
            }
            inCourseOf(course, () -> callback.failed(failure));
          });
    }
  }
}

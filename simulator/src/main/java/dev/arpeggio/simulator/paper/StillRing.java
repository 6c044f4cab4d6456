package dev.arpeggio.simulator.paper;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.simulator.IdealPlaces;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Production nodes in an ideal ring that no longer maintain it: no timer ever fires, and calls are
 * answered at once, or never by those that failed. Single-threaded.
 *
 * <p>Every lookup is made by a node as it was in the beginning, so that none profits from which
 * dead contacts an earlier one came upon.
 */
final class StillRing {
  /** How one lookup went. */
  static final class Course implements LookupCallback {
    private @Nullable LookupResult result;
    private int routeTimeouts;
    private int ownerTimeouts;

    @Override
    public void succeeded(LookupResult found) {
      result = found;
    }

    @Override
    public void failed(LookupException failure) {
      result = null;
    }

    /** Null if the lookup failed. */
    @Nullable LookupResult result() {
      return result;
    }

    /** Questions for the next hop that a dead node did not answer. */
    int routeTimeouts() {
      return routeTimeouts;
    }

    /** Successors of the key's predecessor that were found dead. */
    int ownerTimeouts() {
      return ownerTimeouts;
    }
  }

  private static final EventLoop NO_LOOP = new StillLoop();

  private final IdSpace space;
  private final ChordConfig config;
  private final IdealPlaces places;
  private final BitSet dead;
  private final Map<String, RequestHandler> alive = new LinkedHashMap<>();
  private Course course = new Course();

  /**
   * Builds the ring.
   *
   * @param dead indexes of the places whose nodes failed
   */
  StillRing(IdSpace space, ChordConfig config, IdealPlaces places, BitSet dead) {
    this.space = space;
    this.config = config;
    this.places = places;
    this.dead = dead;
    for (int index = 0; index < places.size(); index++) {
      if (!dead.get(index)) {
        String address = places.peer(index).address();
        begin(index, new Line(address, handler -> alive.put(address, handler)));
      }
    }
  }

  /** Lets the node at an index look a key up. */
  Course lookup(int from, RingId key) {
    Course begun = new Course();
    course = begun;
    begin(from, new Line(places.peer(from).address(), handler -> {})).lookup(key, begun);
    return begun;
  }

  /** The index of the first node alive at or after the key. */
  int ownerOf(RingId key) {
    int index = dead.nextClearBit(places.ownerOf(key));
    return index < places.size() ? index : dead.nextClearBit(0);
  }

  private ChordNode begin(int index, RingTransport line) {
    ChordNode node =
        new ChordNode(
            space,
            places.peer(index),
            config,
            NO_LOOP,
            line,
            new SplittableRandom(index),
            RingListener.NONE);
    node.startAt(places.place(index), places.fingers(index), List.of());
    return node;
  }

  /** Receives a node's handler. */
  private interface Desk {
    void open(RequestHandler handler);
  }

  /** One node's end of a network without time. */
  private final class Line implements RingTransport {
    private final String address;
    private final Desk desk;

    Line(String address, Desk desk) {
      this.address = address;
      this.desk = desk;
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public void serve(RequestHandler handler) {
      desk.open(handler);
    }

    @Override
    public void call(
        String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
      RequestHandler handler = alive.get(callee);
      if (handler != null) {
        callback.succeeded(handler.handle(request));
        return;
      }
      if (request.query() instanceof RingQuery.Route) {
        course.routeTimeouts++;
      } else {
        course.ownerTimeouts++;
      }
      callback.failed(new CallFailure.TimedOut(callee + " has failed"));
    }

    @Override
    public void close() {}
  }

  /** Time stands still. */
  private static final class StillLoop implements EventLoop {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void execute(Runnable task) {
      throw new IllegalStateException("a ring that stands still has no tasks");
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return () -> {};
    }
  }
}

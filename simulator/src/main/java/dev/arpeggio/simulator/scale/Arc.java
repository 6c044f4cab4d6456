package dev.arpeggio.simulator.scale;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.simulator.IdealPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The nodes of one stretch of the circle, and everything that happens to them. Runs on one thread
 * at a time.
 *
 * <p>Messages to other arcs gather in an outbox and are taken over between two windows of time; a
 * message takes longer than a window, so none comes too late.
 */
final class Arc {
  /** How lookups went. */
  static final class Lookups {
    private long made;
    private long wrong;
    private long failed;
    private long hops;

    long made() {
      return made;
    }

    long wrong() {
      return wrong;
    }

    long failed() {
      return failed;
    }

    long hops() {
      return hops;
    }
  }

  private final LargeRing ring;
  private final int from;
  private final int to;
  private final SplittableRandom latencies;
  private final SplittableRandom keys;
  private final BucketQueue queue = new BucketQueue();
  private final List<Place> places = new ArrayList<>();
  private final List<ChordNode> nodes = new ArrayList<>();
  private final List<Call> outbox = new ArrayList<>();
  private final Lookups lookups = new Lookups();

  Arc(LargeRing ring, int from, int to, SplittableRandom random) {
    this.ring = ring;
    this.from = from;
    this.to = to;
    this.latencies = random.split();
    this.keys = random.split();
  }

  /** Makes the nodes and lets them take their places. */
  void populate(IdSpace space, ChordConfig config, IdealPlaces ideal, SplittableRandom chance) {
    for (int index = from; index < to; index++) {
      Place place = new Place(this, ideal.peer(index).address());
      ChordNode node =
          new ChordNode(
              space, ideal.peer(index), config, place, place, chance.split(), RingListener.NONE);
      node.startAt(ideal.place(index), ideal.fingers(index), List.of());
      places.add(place);
      nodes.add(node);
    }
  }

  /** From now on, some node looks some key up, again and again. */
  void lookUpEvery(long intervalNanos) {
    queue.add(
        queue.nowNanos() + intervalNanos,
        new Event() {
          @Override
          void run() {
            lookUp();
            queue.add(queue.nowNanos() + intervalNanos, this);
          }
        });
  }

  private void lookUp() {
    RingId key = new RingId(keys.nextLong());
    lookups.made++;
    nodes
        .get(keys.nextInt(nodes.size()))
        .lookup(
            key,
            new LookupCallback() {
              @Override
              public void succeeded(LookupResult result) {
                queue.fingerprint().add(result.owner().id().value());
                lookups.hops += result.hops();
                if (!ring.isOwner(result.owner(), key)) {
                  lookups.wrong++;
                }
              }

              @Override
              public void failed(LookupException failure) {
                lookups.failed++;
              }
            });
  }

  BucketQueue queue() {
    return queue;
  }

  Lookups lookups() {
    return lookups;
  }

  Place place(int index) {
    return places.get(index - from);
  }

  long latencyNanos() {
    return latencies.nextLong(LargeRing.MIN_LATENCY_NANOS, LargeRing.MAX_LATENCY_NANOS);
  }

  /** Sends a call on, or back, to a place. */
  void send(Call call, Place destination) {
    long due = queue.nowNanos() + latencyNanos();
    if (destination.arc() == this) {
      queue.add(due, call);
    } else {
      call.nanos = due;
      outbox.add(call);
    }
  }

  /** Takes over what this arc sent to others. To be called while none of them runs. */
  void deliver() {
    for (Call call : outbox) {
      call.destination().arc().queue.add(call.nanos, call);
    }
    outbox.clear();
  }

  Place find(String address) {
    return ring.find(address);
  }

  void addMembers(List<MemberState> members) {
    for (ChordNode node : nodes) {
      RingView view = node.view();
      members.add(new MemberState(view.self(), view.predecessor(), view.successors()));
    }
  }
}

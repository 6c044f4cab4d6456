package dev.arpeggio.chord;

import dev.arpeggio.chord.LookupException.Reason;
import dev.arpeggio.chord.RingView.Status;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One member of the ring: starts and ends its life, answers the others, and drives the rounds of
 * maintenance. The protocol's steps are in {@link Maintenance}, {@link Joining} and {@link
 * Reunion}, its state is in {@link Neighbourhood}.
 *
 * <p>All methods are called on the loop, except {@link #view()}. One timer drives everything; a
 * round starts at most one step, refreshes at most one finger and probes at most one seed.
 */
public final class ChordNode {
  private final Peer self;
  private final ChordConfig config;
  private final ProtocolRules rules;
  private final EventLoop loop;
  private final RingTransport transport;
  private final RandomGenerator random;
  private final Handshake handshake;
  private final RingMetrics metrics;
  private final Caller caller;
  private final FingerTable fingers;
  private final Neighbourhood neighbourhood;
  private final Router router;
  private final Maintenance maintenance;
  private final Relay relay;
  private final Lookups lookups;
  private @Nullable Reunion reunion;
  private final Pace pace;
  private EventLoop.@Nullable Timer round;
  private long roundDueNanos;
  private long nextFingerNanos;
  private long nextProbeNanos;

  /**
   * Nothing happens before {@link #start}. The transport is served by this node but stays the
   * caller's to close.
   *
   * @throws IllegalArgumentException if the node's identifier does not belong to the space
   */
  public ChordNode(
      IdSpace space,
      Peer self,
      ChordConfig config,
      EventLoop loop,
      RingTransport transport,
      RandomGenerator random,
      RingListener listener) {
    this(space, self, config, ProtocolRules.CORRECT, loop, transport, random, listener);
  }

  /** The same with rules that may be wrong on purpose. */
  ChordNode(
      IdSpace space,
      Peer self,
      ChordConfig config,
      ProtocolRules rules,
      EventLoop loop,
      RingTransport transport,
      RandomGenerator random,
      RingListener listener) {
    if (!space.contains(self.id())) {
      throw new IllegalArgumentException(self + " does not fit into " + space.bits() + " bits");
    }
    this.self = self;
    this.config = config;
    this.rules = rules;
    this.loop = loop;
    this.transport = transport;
    this.random = random;
    this.handshake = config.handshake(space);
    this.metrics = listener.metrics();
    this.caller = new Caller(transport, handshake, config.callTimeout(), metrics);
    this.fingers = new FingerTable(space.bits());
    this.neighbourhood =
        new Neighbourhood(space, self, config.successorListLength(), rules, loop, listener);
    this.pace = new Pace(config.stabilizeQuick(), config.stabilizeInterval());
    this.router = new Router(neighbourhood, fingers, rules);
    this.maintenance =
        new Maintenance(neighbourhood, router, fingers, caller, config, rules, new Surroundings());
    this.relay = new Relay(self, router, fingers, caller, config, loop);
    neighbourhood.whenChanged(this::hasten);
    this.lookups =
        new Lookups(
            loop,
            config.lookupAttempts(),
            () -> jittered(config.stabilizeInterval()),
            metrics,
            this::attempt);
  }

  /**
   * Begins to take part. Without seeds other than the own address, the node is a ring of one and
   * serves at once; otherwise it joins through any seed and tries for as long as it takes.
   *
   * @param seeds addresses, kept for life
   * @throws IllegalStateException if called twice, or after the end
   */
  public void start(List<String> seeds) {
    List<String> others = serve(seeds);
    if (others.isEmpty()) {
      neighbourhood.become(Status.MEMBER, null, List.of());
      beginRounds();
    } else {
      new Joining(
              neighbourhood,
              fingers,
              caller,
              config,
              rules,
              loop,
              random,
              others,
              this::beginRounds)
          .attempt();
    }
  }

  /**
   * Begins to take part as a member whose place is known beforehand, without asking anybody. For
   * simulators, which build rings of a million nodes without a million joins: nothing here is
   * checked with the others. The first round comes at a random moment of the interval.
   *
   * @param place this node's neighbourhood
   * @param farthestFirst the fingers: entry i is that of {@code self + 2^(m-1-i)}, null if the
   *     owner is the node itself; those beyond the list are unknown
   * @param seeds addresses, kept for life
   * @throws IllegalArgumentException if the place is another node's, or there are more than m
   *     fingers
   * @throws IllegalStateException if started before, or after the end
   */
  public void startAt(MemberState place, List<@Nullable Finger> farthestFirst, List<String> seeds) {
    if (!place.self().equals(self)) {
      throw new IllegalArgumentException(self + " cannot take the place of " + place.self());
    }
    fingers.install(farthestFirst);
    serve(seeds);
    neighbourhood.become(Status.MEMBER, place.predecessor(), place.successors());
    double share = random.nextDouble();
    beginRoundsAfter(Duration.ofNanos((long) (config.stabilizeInterval().toNanos() * share)));
  }

  private List<String> serve(List<String> seeds) {
    if (reunion != null || neighbourhood.status() != Status.JOINING) {
      throw new IllegalStateException(self + " was started before");
    }
    List<String> others =
        seeds.stream().distinct().filter(seed -> !seed.equals(self.address())).toList();
    reunion = new Reunion(neighbourhood, fingers, caller, config, maintenance, others);
    transport.serve(this::handle);
    return others;
  }

  /** Finds the owner of a key. The callback may be called before this method returns. */
  public void lookup(RingId key, LookupCallback callback) {
    switch (neighbourhood.status()) {
      case MEMBER -> lookups.start(key, callback);
      case JOINING ->
          callback.failed(new LookupException(key, Reason.NOT_JOINED, self + " is joining"));
      case LEFT -> callback.failed(new LookupException(key, Reason.STOPPED, self + " has left"));
    }
  }

  /** The latest snapshot; from any thread. */
  public RingView view() {
    return neighbourhood.view();
  }

  /**
   * Leaves: owns nothing from now on, tells the predecessor and the successor, and stops.
   *
   * @param done called exactly once, within about the call time-out; at once if there is nobody to
   *     tell
   */
  public void leave(Runnable done) {
    MemberState farewell = neighbourhood.state();
    boolean member = neighbourhood.isMember();
    stop();
    List<String> listeners =
        Stream.concat(
                Stream.ofNullable(farewell.predecessor()), farewell.successors().stream().limit(1))
            .map(Peer::address)
            .distinct()
            .toList();
    if (!member || listeners.isEmpty()) {
      done.run();
      return;
    }
    Runnable told = new Countdown(listeners.size(), done);
    RingRequest request = new RingRequest(handshake, new RingQuery.Leave(farewell));
    for (String address : listeners) {
      transport.call(
          address,
          request,
          config.callTimeout(),
          new ResponseCallback() {
            @Override
            public void succeeded(RingResponse response) {
              told.run();
            }

            @Override
            public void failed(CallFailure failure) {
              // Whoever did not hear it finds out by stabilising.
              told.run();
            }
          });
    }
  }

  /** Stops without telling anybody. Idempotent. Lookups under way fail. */
  public void stop() {
    caller.silence();
    cancelRound();
    neighbourhood.become(Status.LEFT, null, List.of());
    lookups.stop();
  }

  // ---- answers ----

  private RingResponse handle(RingRequest request) {
    RingResponse refusal = refusal(request);
    if (refusal != null) {
      return refusal;
    }
    RingQuery query = request.query();
    if (query instanceof RingQuery.Route route) {
      return router.route(route.key(), route.avoid());
    }
    if (query instanceof RingQuery.Forward forward) {
      return relay.take(forward);
    }
    if (query instanceof RingQuery.Found found) {
      relay.found(found);
      return new RingResponse.Accepted();
    }
    if (query instanceof RingQuery.GetState) {
      return maintenance.isBusy() && rules.hidesStateWhileBusy()
          ? new RingResponse.Busy()
          : new RingResponse.State(neighbourhood.state());
    }
    if (query instanceof RingQuery.Notify notify) {
      maintenance.notified(notify.candidate());
      return new RingResponse.Accepted();
    }
    if (query instanceof RingQuery.Leave leave) {
      maintenance.left(leave.leaver());
      return new RingResponse.Accepted();
    }
    return new RingResponse.Alive(self);
  }

  private @Nullable RingResponse refusal(RingRequest request) {
    Handshake theirs = request.handshake();
    RefusalReason reason = null;
    if (theirs.protocolVersion() != handshake.protocolVersion()) {
      reason = RefusalReason.OTHER_VERSION;
    } else if (!theirs.ringName().equals(handshake.ringName())) {
      reason = RefusalReason.OTHER_RING;
    } else if (theirs.idBits() != handshake.idBits()) {
      reason = RefusalReason.OTHER_ID_BITS;
    } else if (!neighbourhood.isMember()) {
      return new RingResponse.Refused(
          RefusalReason.NOT_MEMBER, self + " is " + neighbourhood.status());
    }
    return reason == null
        ? null
        : new RingResponse.Refused(reason, "this is " + handshake + ", not " + theirs);
  }

  // ---- rounds ----

  private void beginRounds() {
    beginRoundsAfter(Duration.ZERO);
  }

  private void beginRoundsAfter(Duration delay) {
    nextFingerNanos = loop.nanoTime();
    nextProbeNanos = loop.nanoTime() + config.seedInterval().toNanos();
    scheduleRound(delay);
  }

  private void round() {
    scheduleRound(jittered(pace.next()));
    metrics.stabilized();
    maintenance.stabilize();
    long now = loop.nanoTime();
    if (now - nextFingerNanos >= 0) {
      nextFingerNanos = now + config.fingerInterval().toNanos();
      refreshFinger();
    }
    if (now - nextProbeNanos >= 0 && rules.reunites()) {
      nextProbeNanos = now + jittered(config.seedInterval()).toNanos();
      Objects.requireNonNull(reunion).probe();
    }
  }

  /** The neighbourhood changed, so another change is likely: brings the next round forward. */
  private void hasten() {
    if (round == null) {
      return;
    }
    Duration delay = jittered(pace.hasten());
    if (loop.nanoTime() + delay.toNanos() - roundDueNanos < 0) {
      scheduleRound(delay);
    }
  }

  private void scheduleRound(Duration delay) {
    cancelRound();
    roundDueNanos = loop.nanoTime() + delay.toNanos();
    round = loop.schedule(delay, this::round);
  }

  private void cancelRound() {
    if (round != null) {
      round.cancel();
      round = null;
    }
  }

  private Duration jittered(Duration interval) {
    double factor = 1 + config.jitter() * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (interval.toNanos() * factor));
  }

  private void refreshFinger() {
    Peer first = neighbourhood.firstSuccessor();
    if (first == null) {
      return;
    }
    IdSpace space = neighbourhood.space();
    int finger = fingers.nextToRefresh(space.distance(self.id(), first.id()));
    Lookup lookup =
        newLookup(
            space.plus(self.id(), 1L << finger),
            0,
            new Lookup.Callback() {
              @Override
              public void found(Peer predecessor, Peer owner, int hops) {
                boolean own = owner.id().equals(self.id());
                fingers.set(finger, own ? null : new Finger(predecessor, owner));
              }

              @Override
              public void failed(Reason reason, String detail) {
                // Only speed is lost: the finger's turn comes again.
              }
            });
    // Mostly nothing has changed there, and the node that answered the last time can say so.
    Peer predecessor = fingers.predecessor(finger);
    if (predecessor == null) {
      lookup.startHere();
    } else {
      lookup.startNear(predecessor);
    }
  }

  private void attempt(RingId key, Lookup.Callback asker) {
    Lookup.Callback callback = agreeing(key, asker);
    Lookup lookup = newLookup(key, config.timeoutsUntilDead(), callback);
    if (config.lookupStyle() == LookupStyle.ITERATIVE) {
      lookup.startHere();
      return;
    }
    relay.start(
        key,
        new Relay.Outcome() {
          @Override
          public void answered(RingResponse.Owner owner, int hops) {
            lookup.startWith(owner, hops);
          }

          @Override
          public void unanswered() {
            if (neighbourhood.isMember()) {
              lookup.startHere();
            }
          }
        });
  }

  /**
   * Does not answer that this node owns a key while it knows nothing of that. Either the node
   * between the two has died, and the key's predecessor knows it first, or it has just joined, and
   * the predecessor does not know it yet. RECTIFY tells which: who takes this node for its
   * successor has as good as notified it.
   */
  private Lookup.Callback agreeing(RingId key, Lookup.Callback callback) {
    return new Lookup.Callback() {
      @Override
      public void found(Peer predecessor, Peer owner, int hops) {
        if (!owner.id().equals(self.id()) || view().owns(key)) {
          callback.found(predecessor, owner, hops);
          return;
        }
        maintenance.notified(predecessor);
        maintenance.whenQuiet(() -> agreed(predecessor, hops));
      }

      private void agreed(Peer predecessor, int hops) {
        Peer between = neighbourhood.predecessor();
        if (view().owns(key)) {
          callback.found(predecessor, self, hops);
        } else if (between != null
            && neighbourhood.space().inRange(predecessor.id(), key, between.id())) {
          callback.found(predecessor, between, hops);
        } else {
          callback.failed(Reason.NO_ROUTE, predecessor + " and its successor do not agree");
        }
      }

      @Override
      public void failed(Reason reason, String detail) {
        callback.failed(reason, detail);
      }
    };
  }

  private Lookup newLookup(RingId key, int ownerPings, Lookup.Callback callback) {
    return new Lookup(
        neighbourhood, caller, router, fingers, key, ownerPings, config.lookupMaxHops(), callback);
  }

  private final class Surroundings implements Maintenance.Host {
    @Override
    public void hurry() {
      if (neighbourhood.isMember()) {
        scheduleRound(Duration.ZERO);
      }
    }

    @Override
    public void retrySoon() {
      if (neighbourhood.isMember()) {
        double share = random.nextDouble() / 8;
        scheduleRound(Duration.ofNanos((long) (config.stabilizeInterval().toNanos() * share)));
      }
    }

    @Override
    public void lost(Peer peer) {
      Objects.requireNonNull(reunion).remember(peer);
    }

    @Override
    public long nanoTime() {
      return loop.nanoTime();
    }
  }

  private static final class Countdown implements Runnable {
    private final Runnable done;
    private int left;

    Countdown(int count, Runnable done) {
      this.left = count;
      this.done = done;
    }

    @Override
    public void run() {
      if (--left == 0) {
        done.run();
      }
    }
  }
}

package dev.arpeggio.chord;

import dev.arpeggio.chord.LookupException.Reason;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * JOIN: finds the node's place through one seed after the other, for as long as it takes. On the
 * loop.
 *
 * <p>A seed that leads nowhere is followed by the next at once; the pause that grows comes when all
 * were asked in vain, or the place is not free. A predecessor-to-be in the middle of a step is
 * asked again soon: it is alive and the right one, and a small ring at a slow pace is busy often.
 *
 * <p>A node that was killed and comes back under its old address may still be listed by the ring.
 * Until it is a member again it answers as no member, so that its old neighbours drop it; only then
 * does its predecessor-to-be leave room for it and the join succeed. Thus a node never finds itself
 * as its own successor.
 */
final class Joining {
  /** So often a busy predecessor-to-be is asked again: for about two rounds. */
  private static final int MAX_BUSY = 8;

  private final Neighbourhood neighbourhood;
  private final FingerTable fingers;
  private final Caller caller;
  private final ChordConfig config;
  private final ProtocolRules rules;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final List<String> seeds;
  private final Runnable joined;
  private int nextSeed;
  private int pauses;

  Joining(
      Neighbourhood neighbourhood,
      FingerTable fingers,
      Caller caller,
      ChordConfig config,
      ProtocolRules rules,
      EventLoop loop,
      RandomGenerator random,
      List<String> seeds,
      Runnable joined) {
    this.neighbourhood = neighbourhood;
    this.fingers = fingers;
    this.caller = caller;
    this.config = config;
    this.rules = rules;
    this.loop = loop;
    this.random = random;
    this.seeds = seeds;
    this.joined = joined;
  }

  void attempt() {
    askSeeds(seeds.size());
  }

  private void askSeeds(int seedsLeft) {
    if (neighbourhood.status() != RingView.Status.JOINING) {
      return;
    }
    if (seedsLeft == 0) {
      pause();
      return;
    }
    String seed = seeds.get(nextSeed);
    nextSeed = (nextSeed + 1) % seeds.size();
    new Lookup(
            neighbourhood,
            caller,
            null,
            fingers,
            neighbourhood.self().id(),
            0,
            config.lookupMaxHops(),
            new Lookup.Callback() {
              @Override
              public void found(Peer predecessor, Peer owner, int hops) {
                askPredecessor(predecessor, MAX_BUSY);
              }

              @Override
              public void failed(Reason reason, String detail) {
                neighbourhood.joinFailed("seed " + seed + ": " + detail);
                askSeeds(seedsLeft - 1);
              }
            })
        .startAt(seed);
  }

  private void askPredecessor(Peer predecessor, int busyLeft) {
    if (neighbourhood.status() != RingView.Status.JOINING) {
      return;
    }
    caller.ask(
        predecessor.address(),
        new RingQuery.GetState(),
        new ResponseCallback() {
          @Override
          public void succeeded(RingResponse response) {
            if (response instanceof RingResponse.State state) {
              adopt(state.member());
            } else if (response instanceof RingResponse.Busy && busyLeft > 0) {
              double share = random.nextDouble() / 2;
              loop.schedule(
                  Duration.ofNanos((long) (config.stabilizeInterval().toNanos() * share)),
                  () -> askPredecessor(predecessor, busyLeft - 1));
            } else {
              again(predecessor + " answered " + response);
            }
          }

          @Override
          public void failed(CallFailure failure) {
            again(predecessor + ": " + failure);
          }
        });
  }

  private void adopt(MemberState predecessor) {
    Peer self = neighbourhood.self();
    Peer member = predecessor.self();
    // A ring of one has an empty list: its first successor is itself.
    List<Peer> list = predecessor.successors();
    Peer first = list.isEmpty() ? member : list.get(0);
    if (!rules.isFree(neighbourhood.space(), member, self, first)) {
      again("the place between " + member + " and " + first + " is not free yet");
      return;
    }
    neighbourhood.join(member, first, list.isEmpty() ? List.of() : list.subList(1, list.size()));
    joined.run();
  }

  private void again(String reason) {
    neighbourhood.joinFailed(reason);
    pause();
  }

  private void pause() {
    long min = config.joinRetryMin().toNanos();
    long max = config.joinRetryMax().toNanos();
    long pause = min << Math.min(pauses++, 20);
    long bounded = pause <= 0 || pause > max ? max : pause;
    // Half of the pause is random, so that nodes that failed together do not come back together.
    long jittered = bounded / 2 + (long) (random.nextDouble() * (bounded / 2.0));
    loop.schedule(Duration.ofNanos(jittered), this::attempt);
  }
}

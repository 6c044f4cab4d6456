package dev.arpeggio.chord;

import dev.arpeggio.chord.LookupException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one ring of two, which Chord as published never does: from time to time a member asks a
 * node outside its neighbourhood to look up the member's own position. In one ring the answer is
 * the member itself. Otherwise it is the node that follows the member in the other ring: if that is
 * nearer than the first successor, it becomes a candidate as in STABILIZE, and learns of the member
 * by being notified. If not, it is notified all the same: its predecessor finds the member when it
 * stabilises, and the rings meet there. On the loop.
 *
 * <p>Asked are the seeds and, up to a bound, the neighbours that were found dead, because those may
 * live on behind a partition; and the fingers, because where too many nodes in a row are out of
 * reach, the few that are left between two such gaps become a ring of their own, and know the rest
 * by their fingers alone.
 */
final class Reunion {
  private static final int MAX_REMEMBERED = 16;

  private final Neighbourhood neighbourhood;
  private final FingerTable fingers;
  private final Caller caller;
  private final ChordConfig config;
  private final Maintenance maintenance;
  private final List<String> seeds;
  private final Deque<String> remembered = new ArrayDeque<>(0);
  private int turn;

  Reunion(
      Neighbourhood neighbourhood,
      FingerTable fingers,
      Caller caller,
      ChordConfig config,
      Maintenance maintenance,
      List<String> seeds) {
    this.neighbourhood = neighbourhood;
    this.fingers = fingers;
    this.caller = caller;
    this.config = config;
    this.maintenance = maintenance;
    this.seeds = seeds;
  }

  /** Keeps the address of a neighbour that was found dead; the oldest of too many is forgotten. */
  void remember(Peer peer) {
    remembered.remove(peer.address());
    if (remembered.size() == MAX_REMEMBERED) {
      remembered.removeFirst();
    }
    remembered.addLast(peer.address());
  }

  /** Asks one node, another one each time. */
  void probe() {
    String address = nextOutsider();
    if (address == null) {
      return;
    }
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
                unite(predecessor, owner);
              }

              @Override
              public void failed(Reason reason, String detail) {
                // The node is down or still joining: its turn comes again.
              }
            })
        .startAt(address);
  }

  private void unite(Peer predecessor, Peer owner) {
    Peer self = neighbourhood.self();
    if (!neighbourhood.isMember()
        || owner.id().equals(self.id())
        || predecessor.id().equals(self.id())) {
      return;
    }
    maintenance.propose(owner);
  }

  /**
   * By turns a seed or one that was lost, and a finger, so that neither waits for many others. Who
   * has no seed and lost nobody has no reason to ask.
   */
  private @Nullable String nextOutsider() {
    int round = turn++;
    List<String> addresses = new ArrayList<>(seeds);
    for (String address : remembered) {
      if (!addresses.contains(address)) {
        addresses.add(address);
      }
    }
    String outsider = outsiderAmong(addresses, round / 2);
    if (outsider == null || round % 2 == 0) {
      return outsider;
    }
    addresses.clear();
    fingers.forEach(finger -> addresses.add(finger.address()));
    String finger = outsiderAmong(addresses, round / 2);
    return finger == null ? outsider : finger;
  }

  private @Nullable String outsiderAmong(List<String> addresses, int from) {
    for (int i = 0; i < addresses.size(); i++) {
      String address = addresses.get(Math.floorMod(from + i, addresses.size()));
      if (!neighbourhood.isNeighbour(address)) {
        return address;
      }
    }
    return null;
  }
}

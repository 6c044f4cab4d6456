package dev.arpeggio.simulator.hunt;

import java.util.ArrayList;
import java.util.List;

/**
 * The invariants of P. Zave, "How to make Chord correct", over a whole ring. Pure functions. An
 * absent tail of a list is its padding, which is dead and skips nobody.
 */
final class Invariants {
  private Invariants() {}

  /** The invariants that do not hold. */
  static List<Violation> broken(Census ring, int successors) {
    List<Violation> broken = new ArrayList<>();
    lists(ring, successors, broken);
    int[] best = new int[ring.size()];
    for (int i = 0; i < best.length; i++) {
      best[i] = ring.best(ring.entry(i));
      if (best[i] < 0) {
        broken.add(new Violation("I1", name(ring, i) + " has no live successor"));
      }
    }
    boolean[] principal = principals(ring);
    int count = count(principal);
    if (count < successors + 1) {
      broken.add(
          new Violation("I2", count + " principals instead of at least " + (successors + 1)));
    }
    shape(ring, best, principal, broken);
    return broken;
  }

  /** D1 NoDuplicates and D2 OrderedSuccessorLists. */
  private static void lists(Census ring, int successors, List<Violation> broken) {
    for (int i = 0; i < ring.size(); i++) {
      long[] list = ring.entry(i).successors();
      if (list.length > successors) {
        broken.add(new Violation("D2", name(ring, i) + " lists " + list.length + " successors"));
      }
      long last = 0;
      for (int k = 0; k < list.length; k++) {
        for (int earlier = 0; earlier < k; earlier++) {
          if (list[earlier] == list[k]) {
            broken.add(new Violation("D1", name(ring, i) + " lists " + hex(list[k]) + " twice"));
          }
        }
        // From the member itself, so that running once around the circle does not go unnoticed.
        long distance = list[k] - ring.id(i);
        if (Long.compareUnsigned(distance, last) <= 0) {
          broken.add(
              new Violation("D2", name(ring, i) + " lists " + hex(list[k]) + " out of order"));
        }
        last = distance;
      }
    }
  }

  /** How many live members no live member skips, counting lists to come as well. */
  static int principalCount(Census ring) {
    return count(principals(ring));
  }

  /** Whether every list, those to come included, has a live entry. */
  static boolean everyListHasLiveEntry(Census ring) {
    return ring.allLists().stream().allMatch(entry -> ring.best(entry) >= 0);
  }

  /** In O(N r log N): each adjacent pair of a list rules out an arc, summed up in differences. */
  private static boolean[] principals(Census ring) {
    int size = ring.size();
    int[] change = new int[size + 1];
    for (Census.Entry entry : ring.allLists()) {
      long from = entry.id();
      for (long to : entry.successors()) {
        skip(ring, change, from, to);
        from = to;
      }
    }
    boolean[] principal = new boolean[size];
    int skippers = 0;
    for (int i = 0; i < size; i++) {
      skippers += change[i];
      principal[i] = skippers == 0;
    }
    return principal;
  }

  private static void skip(Census ring, int[] change, long from, long to) {
    int first = ring.firstAtOrAfter(from + 1);
    int end = ring.firstAtOrAfter(to);
    if (from < to) {
      mark(change, first, end);
    } else {
      // The arc passes the top of the circle; with equal ends it is all but that one point.
      mark(change, first, ring.size());
      mark(change, 0, end);
    }
  }

  private static void mark(int[] change, int first, int end) {
    if (first < end) {
      change[first]++;
      change[end]--;
    }
  }

  /** D3 to D7: what follows {@code best} from every member. */
  private static void shape(Census ring, int[] best, boolean[] principal, List<Violation> broken) {
    boolean[] onRing = new boolean[best.length];
    int rings = 0;
    for (int start = 0; start < best.length; start++) {
      if (!onRing[start] && isOnCycle(best, start)) {
        rings++;
        int turns = 0;
        int member = start;
        do {
          onRing[member] = true;
          turns += best[member] <= member ? 1 : 0;
          member = best[member];
        } while (member != start);
        if (turns > 1) {
          broken.add(
              new Violation(
                  "D6", "the ring of " + name(ring, start) + " goes " + turns + " times round"));
        }
      }
    }
    if (rings == 0) {
      broken.add(new Violation("D4", "no ring"));
    } else if (rings > 1) {
      broken.add(new Violation("D5", rings + " rings"));
    }
    for (int i = 0; i < best.length; i++) {
      if (principal[i] && !onRing[i]) {
        broken.add(
            new Violation("D3", name(ring, i) + " is a principal and no member of the ring"));
      }
      if (!onRing[i] && !reaches(best, onRing, i)) {
        broken.add(new Violation("D7", name(ring, i) + " does not reach the ring"));
      }
    }
  }

  private static boolean isOnCycle(int[] best, int start) {
    int at = best[start];
    for (int steps = 0; at >= 0 && at != start && steps < best.length; steps++) {
      at = best[at];
    }
    return at == start;
  }

  private static boolean reaches(int[] best, boolean[] onRing, int start) {
    int at = start;
    while (at >= 0 && !onRing[at]) {
      at = best[at];
    }
    return at >= 0;
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  private static String name(Census ring, int member) {
    return hex(ring.id(member));
  }

  private static String hex(long id) {
    return Long.toHexString(id);
  }
}

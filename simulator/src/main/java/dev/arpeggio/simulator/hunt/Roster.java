package dev.arpeggio.simulator.hunt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who is up and who is not, as far as a plan can know: a run may withhold what would break its
 * assumptions. Picks whom something is to happen to, by chance and near to where something happened
 * last.
 */
final class Roster {
  private final Identifiers identifiers;
  private final RandomGenerator random;
  private final List<Integer> up;
  private final List<Integer> down = new ArrayList<>();
  private int fresh;
  private int last;

  /** The members of the first ring are up. */
  Roster(Identifiers identifiers, RandomGenerator random, List<Integer> members) {
    this.identifiers = identifiers;
    this.random = random;
    this.up = new ArrayList<>(members);
    this.fresh = members.size();
  }

  int size() {
    return up.size();
  }

  int any() {
    last = up.isEmpty() ? 0 : up.get(random.nextInt(up.size()));
    return last;
  }

  /** About half of all nodes, one at least. */
  List<Integer> side() {
    List<Integer> side = new ArrayList<>();
    for (int number : up) {
      if (random.nextBoolean()) {
        side.add(number);
      }
    }
    return side.isEmpty() ? List.of(any()) : side;
  }

  /** Takes one node down. */
  int victim() {
    int victim = random.nextBoolean() ? any() : neighbours(1).get(0);
    takeDown(victim);
    return victim;
  }

  /** Takes neighbours down. */
  List<Integer> victims(int count) {
    List<Integer> victims = neighbours(count);
    victims.forEach(this::takeDown);
    return victims;
  }

  /** A node that is down, or would be if that had not been withheld. */
  int survivor() {
    return down.isEmpty() ? victim() : down.get(random.nextInt(down.size()));
  }

  private void takeDown(int victim) {
    last = victim;
    if (up.remove((Integer) victim)) {
      down.add(victim);
    }
  }

  /** Nodes that follow the one last dealt with, or lie just before it. */
  private List<Integer> neighbours(int count) {
    List<Integer> ring =
        up.stream().sorted(Comparator.comparing(number -> identifiers.peer(number).id())).toList();
    if (ring.isEmpty()) {
      return List.of(0);
    }
    int place = 0;
    while (place < ring.size() - 1
        && identifiers.peer(ring.get(place)).id().compareTo(identifiers.peer(last).id()) < 0) {
      place++;
    }
    int start = place + random.nextInt(-1, 2);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < Math.min(count, ring.size()); i++) {
      chosen.add(ring.get(Math.floorMod(start + i, ring.size())));
    }
    return chosen;
  }

  /** Takes a node up that was down. */
  int returner() {
    if (down.isEmpty()) {
      return any();
    }
    int number = down.remove(random.nextInt(down.size()));
    up.add(number);
    last = number;
    return number;
  }

  /** Takes nodes up that never were. */
  List<Integer> newcomers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count && fresh < Schedule.MAX_NODES; i++) {
      numbers.add(fresh);
      up.add(fresh);
      last = fresh;
      fresh++;
    }
    return numbers.isEmpty() ? List.of(any()) : numbers;
  }
}

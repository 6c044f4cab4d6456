package dev.arpeggio.simulator.hunt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Decides which nodes a run may take away, and when, so that it stays within the assumptions of its
 * class. Judges by the state of the ring alone, so a shrunk schedule is judged as the whole one
 * was.
 */
final class Licence {
  /** In this time a ring in a data centre repairs all its lists, however long they are. */
  private static final long REPAIR_NANOS = 3_000_000_000L;

  /** A node that comes back sooner could be taken for its former life. */
  private static final long ABSENCE_NANOS = 1_000_000_000L;

  private final RunClass runClass;
  private final int successors;
  private final long repairNanos;
  private final long absenceNanos;
  private final List<Integer> seeds;
  private final Deque<Long> losses = new ArrayDeque<>();

  Licence(Schedule schedule, List<Integer> seeds) {
    this.runClass = schedule.runClass();
    this.successors = schedule.successors();
    this.seeds = seeds;
    this.repairNanos = schedule.pacing().scaled(REPAIR_NANOS);
    this.absenceNanos = schedule.pacing().scaled(ABSENCE_NANOS);
  }

  /** Whether these nodes may go now; to be asked once for each loss that then happens. */
  boolean allowsLoss(Collection<HuntedNode> victims, Collection<HuntedNode> all, long nowNanos) {
    List<HuntedNode> rest =
        all.stream().filter(node -> node.isMember() && !victims.contains(node)).toList();
    // Somebody must be left to whom the others can come back.
    if (rest.stream().noneMatch(node -> seeds.contains(node.number()))) {
      return false;
    }
    return switch (runClass) {
      case PROOF -> keepsAssumption(rest, prospects(victims, all));
      case BUDGET -> keepsBudget(victims.size(), rest, nowNanos);
      case HEALING -> true;
    };
  }

  boolean allowsReturn(HuntedNode former, long nowNanos) {
    return !runClass.demandsInvariants() || nowNanos - former.endedNanos >= absenceNanos;
  }

  /**
   * By the proof a step happens when the other node answers, so lists under way count as had
   * already: those of nodes that join too, which are members by then.
   */
  private static List<Census.Entry> prospects(
      Collection<HuntedNode> victims, Collection<HuntedNode> all) {
    List<Census.Entry> prospects = new ArrayList<>();
    for (HuntedNode node : all) {
      if (node.isUp() && !victims.contains(node)) {
        prospects.addAll(node.prospects);
      }
    }
    return prospects;
  }

  private boolean keepsAssumption(List<HuntedNode> rest, List<Census.Entry> prospects) {
    Census after = new Census(rest.stream().map(HuntedNode::entry).toList(), prospects);
    return Invariants.everyListHasLiveEntry(after)
        && Invariants.principalCount(after) >= successors + 1;
  }

  private boolean keepsBudget(int victims, List<HuntedNode> rest, long nowNanos) {
    while (!losses.isEmpty() && nowNanos - losses.peekFirst() > repairNanos) {
      losses.removeFirst();
    }
    long settled =
        rest.stream().filter(node -> nowNanos - node.memberSinceNanos > repairNanos).count();
    if (losses.size() + victims > successors - 1 || settled < successors + 2) {
      return false;
    }
    for (int i = 0; i < victims; i++) {
      losses.addLast(nowNanos);
    }
    return true;
  }
}

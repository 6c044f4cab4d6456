package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.RingCheck;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.simulator.VirtualTime;
import dev.arpeggio.simulator.terminal.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Looks at the ring after every event: whether the invariants hold, once they are demanded, and
 * whether anything has changed since it was asked last.
 */
final class Watch {
  private final int successors;
  private final Map<Integer, HuntedNode> nodes;
  private final VirtualTime time;
  private final Chronicle chronicle;
  private boolean demanding;
  private boolean changed = true;

  /**
   * For one run.
   *
   * @param successors r
   * @param nodes of the run by number, as they come and go
   */
  Watch(int successors, Map<Integer, HuntedNode> nodes, VirtualTime time, Chronicle chronicle) {
    this.successors = successors;
    this.nodes = nodes;
    this.time = time;
    this.chronicle = chronicle;
  }

  /** From now on, the invariants must hold. */
  void demand() {
    demanding = true;
  }

  /** Whether anything has changed since the last call. */
  boolean takeChange() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /** Something happened at this node. */
  void afterEvent(int number) {
    HuntedNode node = Objects.requireNonNull(nodes.get(number));
    RingView before = node.seen;
    RingView after = node.node().view();
    if (!before.equals(after)) {
      node.seen = after;
      if (before.status() == RingView.Status.JOINING) {
        node.memberSinceNanos = time.nowNanos();
      }
      if (chronicle.isOn()) {
        chronicle.note(
            "state",
            Trace.NOBODY,
            number,
            Label.of(after.status()),
            "",
            PlainWords.neighbours(after.predecessor(), after.successors()));
      }
      Conduct.checkAdoption(node, before, after);
      checkRing();
    }
    node.heard.clear();
  }

  /** Something happened to the ring as a whole. */
  void checkRing() {
    changed = true;
    if (!demanding) {
      return;
    }
    List<Census.Entry> entries = new ArrayList<>();
    for (HuntedNode node : nodes.values()) {
      if (node.isMember()) {
        entries.add(node.entry());
      }
    }
    List<Violation> broken = Invariants.broken(new Census(entries, List.of()), successors);
    if (!broken.isEmpty()) {
      throw new BrokenRule(broken.get(0));
    }
  }

  /** What keeps the nodes that are up from being one ideal ring; empty if they are. */
  List<String> problems() {
    List<MemberState> members = new ArrayList<>();
    for (HuntedNode node : nodes.values()) {
      if (!node.isUp()) {
        continue;
      }
      RingView view = node.node().view();
      if (view.status() != RingView.Status.MEMBER) {
        return List.of(view.self() + " is " + view.status());
      }
      members.add(new MemberState(view.self(), view.predecessor(), view.successors()));
    }
    members.sort(Comparator.comparing(member -> member.self().id()));
    return RingCheck.problems(members, successors);
  }
}

package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.RingId;
import java.util.List;
import java.util.random.RandomGenerator;

/** In an ideal ring, every member finds the owner of every key. */
final class FinalLookups {
  private static final int LOOKUPS = 3;

  private final List<HuntedNode> members;
  private int waited;

  FinalLookups(List<HuntedNode> members) {
    this.members = List.copyOf(members);
  }

  /** Asks random members for random keys. */
  void ask(RandomGenerator random) {
    for (int i = 0; i < LOOKUPS; i++) {
      RingId key = World.SPACE.of(random.nextLong(1L << World.SPACE.bits()));
      HuntedNode asker = members.get(random.nextInt(members.size()));
      waited++;
      asker.node().lookup(key, new Answer(key));
    }
  }

  /** The time for answers is over. */
  void end() {
    if (waited > 0) {
      throw new BrokenRule("lookup", "no answer");
    }
  }

  private final class Answer implements LookupCallback {
    private final RingId key;

    Answer(RingId key) {
      this.key = key;
    }

    @Override
    public void succeeded(LookupResult result) {
      waited--;
      for (HuntedNode node : members) {
        if (node.isMember()
            && node.node().view().owns(key)
            && !node.self().equals(result.owner())) {
          throw new BrokenRule(
              "lookup", key + " belongs to " + node.self() + ", not to " + result.owner());
        }
      }
    }

    @Override
    public void failed(LookupException reason) {
      throw new BrokenRule("lookup", String.valueOf(reason.getMessage()));
    }
  }
}

package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.RingTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes that published versions of the protocol make, planted one at a time so that the hunt can
 * show that it finds each. Lives in the package of the node because {@link ProtocolRules} is hidden
 * there, but in the simulator's jar alone.
 */
public enum Mutant {
  /** No mistake: the rules of production. */
  NONE("the protocol as it is in production"),
  /** Fills the gap instead of leaving a pad. */
  NO_PADDING("fills the place of a dead successor with the predecessor"),
  /** Believes hearsay. */
  ADOPTS_UNASKED("adopts a successor without asking it"),
  /** Resolves where it may only route. */
  ANSWERS_FROM_DEEP("names owners from deep in the successor list"),
  /** Resolves from what may be long gone. */
  ANSWERS_WITH_FINGER("names a finger as the owner"),
  /** Keeps a dead predecessor. */
  RECTIFIES_WITHOUT_PING("takes its predecessor's life for granted"),
  /** Keeps one entry less than it should. */
  SHORT_LISTS("keeps successor lists of r - 1 entries"),
  /** Tells others what is about to change. */
  ANSWERS_WHILE_BUSY("tells its state in the middle of a step"),
  /** Drops the living. */
  BUSY_IS_DEAD("takes a busy successor for a dead one"),
  /** Lists itself and what comes behind. */
  WRAPS_AROUND("lets lists run around the circle"),
  /** Leaves the heir in the dark. */
  OMITS_NOTIFY("does not notify the heir of a dead successor"),
  /** Joins as the first Chord did. */
  JOINS_EMPTY_HANDED("joins with one successor and no predecessor"),
  /** Joins where its former life is still listed. */
  JOINS_TAKEN_PLACE("joins without checking that its place is free"),
  /** Goes where the first successor points. */
  MOVES_ANYWHERE("adopts its successor's predecessor wherever that lies"),
  /** Closes the leaver's gap with its last successor. */
  FAREWELL_LEAVES_GAP("puts the leaver's last successor where others belong"),
  /** Takes the leaver's last words for the latest news. */
  BELIEVES_FAREWELL("takes over the list of a leaver, which may be old"),
  /** Stays apart for ever. */
  NEVER_REUNITES("does not look for other rings");

  private final String mistake;

  Mutant(String mistake) {
    this.mistake = mistake;
  }

  /** What it does wrong, in a few words. */
  public String mistake() {
    return mistake;
  }

  /** A production node that makes this mistake; the arguments are those of {@link ChordNode}. */
  public ChordNode node(
      IdSpace space,
      Peer self,
      ChordConfig config,
      EventLoop loop,
      RingTransport transport,
      RandomGenerator random,
      RingListener listener) {
    return new ChordNode(space, self, config, rules(), loop, transport, random, listener);
  }

  /** New ones for each node, because some remember. */
  private ProtocolRules rules() {
    return switch (this) {
      case NONE -> ProtocolRules.CORRECT;
      case NO_PADDING -> new NoPadding();
      case ADOPTS_UNASKED -> new AdoptsUnasked();
      case ANSWERS_FROM_DEEP -> new AnswersFromDeep();
      case ANSWERS_WITH_FINGER -> new AnswersWithFinger();
      case RECTIFIES_WITHOUT_PING -> new RectifiesWithoutPing();
      case SHORT_LISTS -> new ShortLists();
      case ANSWERS_WHILE_BUSY -> new AnswersWhileBusy();
      case BUSY_IS_DEAD -> new BusyIsDead();
      case WRAPS_AROUND -> new WrapsAround();
      case OMITS_NOTIFY -> new OmitsNotify();
      case JOINS_EMPTY_HANDED -> new JoinsEmptyHanded();
      case JOINS_TAKEN_PLACE -> new JoinsTakenPlace();
      case MOVES_ANYWHERE -> new MovesAnywhere();
      case FAREWELL_LEAVES_GAP -> new FarewellGap();
      case BELIEVES_FAREWELL -> new BelievesFarewell();
      case NEVER_REUNITES -> new NeverReunites();
    };
  }

  private static final class NoPadding extends ProtocolRules {
    @Override
    List<Peer> withoutFirst(IdSpace space, Peer self, List<Peer> list, @Nullable Peer predecessor) {
      List<Peer> rest = Successors.withoutFirst(list);
      if (predecessor == null || rest.isEmpty() || predecessor.equals(list.get(0))) {
        return rest;
      }
      return Successors.follow(
          space, self, list.size(), rest.get(0), append(rest.subList(1, rest.size()), predecessor));
    }
  }

  private static final class AdoptsUnasked extends ProtocolRules {
    @Override
    boolean asksBeforeAdoption() {
      return false;
    }
  }

  private static final class AnswersFromDeep extends ProtocolRules {
    @Override
    @Nullable Peer owner(
        IdSpace space,
        Peer self,
        RingId key,
        Peer first,
        List<Peer> successors,
        FingerTable fingers) {
      for (Peer peer : successors) {
        if (space.inRange(self.id(), key, peer.id())) {
          return peer;
        }
      }
      return null;
    }
  }

  private static final class AnswersWithFinger extends ProtocolRules {
    @Override
    @Nullable Peer owner(
        IdSpace space,
        Peer self,
        RingId key,
        Peer first,
        List<Peer> successors,
        FingerTable fingers) {
      if (space.inRange(self.id(), key, first.id())) {
        return first;
      }
      List<Peer> behind = new ArrayList<>();
      fingers.forEach(
          finger -> {
            if (space.inRange(self.id(), key, finger.id())) {
              behind.add(finger);
            }
          });
      // Fingers come farthest first.
      return behind.isEmpty() ? null : behind.get(behind.size() - 1);
    }
  }

  private static final class RectifiesWithoutPing extends ProtocolRules {
    @Override
    boolean pingsPredecessor() {
      return false;
    }
  }

  private static final class ShortLists extends ProtocolRules {
    @Override
    List<Peer> follow(IdSpace space, Peer self, int length, Peer first, List<Peer> rest) {
      return Successors.follow(space, self, Math.max(1, length - 1), first, rest);
    }
  }

  private static final class AnswersWhileBusy extends ProtocolRules {
    @Override
    boolean hidesStateWhileBusy() {
      return false;
    }
  }

  private static final class BusyIsDead extends ProtocolRules {
    @Override
    boolean busyIsAlive() {
      return false;
    }
  }

  private static final class WrapsAround extends ProtocolRules {
    @Override
    List<Peer> follow(IdSpace space, Peer self, int length, Peer first, List<Peer> rest) {
      List<Peer> list = append(List.of(first), rest.toArray(new Peer[0]));
      return list.size() > length ? list.subList(0, length) : list;
    }
  }

  private static final class OmitsNotify extends ProtocolRules {
    private @Nullable Peer heir;

    @Override
    boolean notifies(Peer first, boolean afterDeath) {
      if (afterDeath) {
        heir = first;
      }
      return !first.equals(heir);
    }
  }

  private static final class JoinsEmptyHanded extends ProtocolRules {
    @Override
    @Nullable Peer joinedBehind(Peer predecessor) {
      return null;
    }

    @Override
    List<Peer> joinedWith(List<Peer> rest) {
      return List.of();
    }
  }

  private static final class JoinsTakenPlace extends ProtocolRules {
    @Override
    boolean isFree(IdSpace space, Peer predecessor, Peer self, Peer first) {
      return true;
    }
  }

  private static final class MovesAnywhere extends ProtocolRules {
    @Override
    boolean isNearer(IdSpace space, Peer self, Peer candidate, @Nullable Peer first) {
      return !candidate.equals(self) && !candidate.equals(first);
    }
  }

  private static final class FarewellGap extends ProtocolRules {
    @Override
    List<Peer> withoutLeaver(
        IdSpace space, Peer self, int length, List<Peer> list, MemberState leaver) {
      List<Peer> rest = list.stream().filter(peer -> !peer.equals(leaver.self())).toList();
      List<Peer> theirs = leaver.successors();
      if (rest.size() == list.size() || theirs.isEmpty()) {
        return rest;
      }
      List<Peer> closed = append(rest, theirs.get(theirs.size() - 1));
      return closed.get(0).equals(self)
          ? rest
          : Successors.follow(space, self, length, closed.get(0), closed.subList(1, closed.size()));
    }
  }

  private static final class BelievesFarewell extends ProtocolRules {
    @Override
    List<Peer> withoutLeaver(
        IdSpace space, Peer self, int length, List<Peer> list, MemberState leaver) {
      int place = list.indexOf(leaver.self());
      List<Peer> rest = list.stream().filter(peer -> !peer.equals(leaver.self())).toList();
      if (place < 0) {
        return rest;
      }
      List<Peer> believed =
          append(list.subList(0, place), leaver.successors().toArray(new Peer[0]));
      return believed.isEmpty() || believed.get(0).equals(self)
          ? rest
          : Successors.follow(
              space, self, length, believed.get(0), believed.subList(1, believed.size()));
    }
  }

  private static final class NeverReunites extends ProtocolRules {
    @Override
    boolean reunites() {
      return false;
    }
  }

  private static List<Peer> append(List<Peer> list, Peer... more) {
    List<Peer> all = new ArrayList<>(list);
    all.addAll(List.of(more));
    return all;
  }
}

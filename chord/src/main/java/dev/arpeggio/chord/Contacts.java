package dev.arpeggio.chord;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a lookup may ask next: the candidates of each answer, those of the latest answer
 * first. A candidate counts only if it is nearer to the key than who named it and was not asked
 * before; and as the nearest contact is always asked first, the latest answer is the nearest. On
 * the loop.
 *
 * <p>Candidates are looked at when their turn comes, because mostly only the first of an answer's
 * is ever asked. That answers name the nearest first is taken on trust: who does not keep to it
 * makes the lookup longer, and the number of questions is bounded.
 */
final class Contacts {
  private static final int MAX_ANSWERS = 8;

  private final IdSpace space;
  private final RingId self;
  private final RingId key;
  private final List<RingId> avoid;
  private final List<Answer> answers = new ArrayList<>(MAX_ANSWERS);
  private long[] asked = new long[MAX_ANSWERS];
  private int askedCount;

  /**
   * Begins empty.
   *
   * @param avoid nodes that do not count; what the lookup adds later does not count from then on
   */
  Contacts(IdSpace space, RingId self, RingId key, List<RingId> avoid) {
    this.space = space;
    this.self = self;
    this.key = key;
    this.avoid = avoid;
  }

  /**
   * Takes the candidates of an answer; the oldest of too many answers is forgotten.
   *
   * @param from who gave it, null if that is not known
   */
  void add(@Nullable Peer from, List<Peer> nearestFirst) {
    if (answers.size() == MAX_ANSWERS) {
      answers.remove(0);
    }
    long limit = from == null ? -1 : space.stepsBefore(from.id().value(), key);
    answers.add(new Answer(nearestFirst, limit));
  }

  /** The next one, null if there is none. */
  @Nullable Peer first() {
    while (!answers.isEmpty()) {
      Answer latest = answers.get(answers.size() - 1);
      while (latest.next < latest.candidates.size()) {
        Peer candidate = latest.candidates.get(latest.next);
        if (counts(candidate.id(), latest.limit)) {
          return candidate;
        }
        latest.next++;
      }
      answers.remove(answers.size() - 1);
    }
    return null;
  }

  /** Notes that a node is asked, so that it does not come again. */
  void asked(Peer peer) {
    if (askedCount == asked.length) {
      asked = Arrays.copyOf(asked, 2 * askedCount);
    }
    asked[askedCount++] = peer.id().value();
  }

  private boolean counts(RingId id, long limit) {
    if (Long.compareUnsigned(space.stepsBefore(id.value(), key), limit) >= 0
        || id.value() == self.value()) {
      return false;
    }
    for (int i = 0; i < askedCount; i++) {
      if (asked[i] == id.value()) {
        return false;
      }
    }
    return !avoid.contains(id);
  }

  private static final class Answer {
    private final List<Peer> candidates;
    private final long limit;
    private int next;

    Answer(List<Peer> candidates, long limit) {
      this.candidates = candidates;
      this.limit = limit;
    }
  }
}

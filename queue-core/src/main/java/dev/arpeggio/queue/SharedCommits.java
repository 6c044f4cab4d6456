package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sends the small commits of partitions that have nothing else in flight: those that gather while
 * one multi is on its way go together in the next one, each behind the checks of its own fence.
 *
 * <p>If one of them fails, none of a multi has taken effect, and the position of the failure tells
 * whose it is: that one is told, the others are sent again without it. If the outcome of a multi is
 * not known, it is not known for any of its commits. Belongs to a loop; bounded by the number of
 * its partitions, as each has one commit here at most.
 */
final class SharedCommits {
  /** A commit up to this size had better wait for others than have a multi of its own. */
  static final int MAX_COMMIT_BYTES = 16 * 1024;

  private final ZooKeeperPort zooKeeper;
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private boolean inFlight;

  /**
   * A commit and who waits for its outcome.
   *
   * @param alone whether it is to be sent without others, as one of a multi failed that did not say
   *     which
   */
  private record Entry(Commit commit, Consumer<MultiReply> answer, boolean alone) {}

  SharedCommits(ZooKeeperPort zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  /** Sends a commit of a partition that sends no other before it has the answer. */
  void send(Commit commit, Consumer<MultiReply> answer) {
    waiting.addLast(new Entry(commit, answer, false));
    if (!inFlight) {
      sendWaiting();
    }
  }

  /** Takes a commit back; false if it was sent already. Its answer will not come then. */
  boolean withdraw(Commit commit) {
    return waiting.removeIf(entry -> entry.commit() == commit);
  }

  private void sendWaiting() {
    var together = new ArrayList<Entry>();
    var operations = new ArrayList<Op>();
    int bytes = 0;
    while (!waiting.isEmpty()) {
      Entry next = waiting.getFirst();
      bytes += next.commit().bytes();
      if (!together.isEmpty() && (next.alone() || bytes > Commit.MAX_BYTES)) {
        break;
      }
      together.add(waiting.removeFirst());
      operations.addAll(next.commit().operations());
      if (next.alone()) {
        break;
      }
    }
    if (!together.isEmpty()) {
      inFlight = true;
      zooKeeper.multi(operations, reply -> onReply(together, reply));
    }
  }

  // Whoever is told may send the next commit: it waits for those of the others.
  private void onReply(List<Entry> together, MultiReply reply) {
    if (together.size() == 1 || reply.isOk() || reply.code().isOutcomeUnknown()) {
      together.forEach(entry -> entry.answer().accept(reply));
    } else {
      divide(together, reply);
    }
    inFlight = false;
    sendWaiting();
  }

  private void divide(List<Entry> together, MultiReply reply) {
    int culprit = culprit(together, reply.failedOperation());
    for (int i = together.size() - 1; i >= 0; i--) {
      Entry entry = together.get(i);
      if (i != culprit) {
        waiting.addFirst(culprit < 0 ? new Entry(entry.commit(), entry.answer(), true) : entry);
      }
    }
    if (culprit >= 0) {
      int before =
          together.subList(0, culprit).stream().mapToInt(e -> e.commit().operations().size()).sum();
      together
          .get(culprit)
          .answer()
          .accept(new MultiReply(reply.code(), reply.failedOperation() - before));
    }
  }

  // Whose operation it was; -1 if that was not said.
  private static int culprit(List<Entry> together, int operation) {
    int end = 0;
    for (int i = 0; operation >= 0 && i < together.size(); i++) {
      end += together.get(i).commit().operations().size();
      if (operation < end) {
        return i;
      }
    }
    return -1;
  }
}

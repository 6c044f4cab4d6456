package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.MultiReply;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commits of a partition that are on their way, in the order in which they were sent. A small
 * one that is alone shares a multi with those of other partitions; then nothing else may be sent
 * before it is answered, as a multi of its own could overtake it.
 */
final class Flight {
  private final OwnerContext context;
  private final ArrayDeque<Commit> commits = new ArrayDeque<>();
  private @Nullable Commit shared;
  private int unanswered;

  Flight(OwnerContext context) {
    this.context = context;
  }

  boolean isEmpty() {
    return commits.isEmpty();
  }

  List<Commit> commits() {
    return List.copyOf(commits);
  }

  boolean hasRoom() {
    return shared == null && commits.size() < context.options().maxCommitsInFlight();
  }

  void send(Commit commit, Consumer<MultiReply> answer) {
    boolean shares = commits.isEmpty() && commit.bytes() <= SharedCommits.MAX_COMMIT_BYTES;
    commits.addLast(commit);
    unanswered++;
    Consumer<MultiReply> counted =
        reply -> {
          unanswered--;
          shared = null;
          answer.accept(reply);
        };
    if (shares) {
      shared = commit;
      context.sharedCommits().send(commit, counted);
    } else {
      context.zooKeeper().multi(commit.operations(), counted);
    }
  }

  /** Takes back what was not sent yet: it never will be, and is not answered either. */
  void withdraw() {
    if (shared != null && context.sharedCommits().withdraw(shared)) {
      shared = null;
      unanswered--;
    }
  }

  boolean isAnswered() {
    return unanswered == 0;
  }

  /** The first has landed. */
  void land(Commit commit) {
    if (commits.removeFirst() != commit) {
      throw new IllegalStateException("commits land out of order");
    }
  }

  /** Forgets all commits, in order; all are answered. */
  List<Commit> clear() {
    if (!isAnswered()) {
      throw new IllegalStateException("commits are in flight");
    }
    var all = List.copyOf(commits);
    commits.clear();
    return all;
  }
}

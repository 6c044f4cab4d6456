package dev.arpeggio.queue;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The batches that were accepted and are not durable: those that wait for a commit, in order, and
 * how much there is of them together with those that are part of one.
 */
final class AppendQueue {
  private final ArrayDeque<PendingAppend> waiting = new ArrayDeque<>();
  // The newest batch of each producer that has one here or in a commit; looked up only.
  private final Map<ProducerId, PendingAppend> newest = new LinkedHashMap<>();
  private long waitingBytes;
  private long pendingBytes;
  private long pendingMessages;

  void add(PendingAppend append) {
    waiting.addLast(append);
    waitingBytes += append.frameBytes();
    pendingBytes += append.cost();
    pendingMessages += append.count();
    ProducerId producer = append.producer();
    if (producer != null) {
      newest.put(producer, append);
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The one that waits for longest; null if none waits. */
  @Nullable PendingAppend first() {
    return waiting.peekFirst();
  }

  /** Takes out the first; it becomes part of a commit. */
  PendingAppend take() {
    PendingAppend taken = waiting.removeFirst();
    waitingBytes -= taken.frameBytes();
    return taken;
  }

  /** The commit that these were part of is lost: they wait again, before all others. */
  void putBack(List<PendingAppend> appends) {
    for (int i = appends.size() - 1; i >= 0; i--) {
      waiting.addFirst(appends.get(i));
      waitingBytes += appends.get(i).frameBytes();
    }
  }

  /** This one is durable. */
  void landed(PendingAppend append) {
    if (!append.isSettled()) {
      pendingBytes -= append.cost();
      pendingMessages -= append.count();
    }
    ProducerId producer = append.producer();
    if (producer != null) {
      newest.remove(producer, append);
    }
  }

  /** Gives up on everything, also on what is part of a commit; those that wait still. */
  List<PendingAppend> abandon() {
    var waited = List.copyOf(waiting);
    waiting.clear();
    newest.clear();
    waitingBytes = 0;
    pendingBytes = 0;
    pendingMessages = 0;
    return waited;
  }

  @Nullable PendingAppend newestOf(ProducerId producer) {
    return newest.get(producer);
  }

  /** Bytes of the batches that wait for a commit. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** Bytes of all batches that are not durable yet, with what each costs besides. */
  long pendingBytes() {
    return pendingBytes;
  }

  /** Messages of all batches that are not durable yet. */
  long pendingMessages() {
    return pendingMessages;
  }
}

package dev.arpeggio.node.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Collects one answer for each of 0..n-1, from any threads, and hands over all of them in order
 * when the last has come.
 */
final class Gather<T> {

  private final AtomicReferenceArray<T> answers;
  private final AtomicInteger missing;
  private final Consumer<List<T>> complete;

  /**
   * @param complete runs once, on the thread of the last answer
   */
  Gather(int n, Consumer<List<T>> complete) {
    this.answers = new AtomicReferenceArray<>(n);
    this.missing = new AtomicInteger(n);
    this.complete = complete;
  }

  void put(int index, T answer) {
    if (!answers.compareAndSet(index, null, answer)) {
      throw new IllegalStateException("a second answer for " + index);
    }
    if (missing.decrementAndGet() == 0) {
      List<T> all = new ArrayList<>(answers.length());
      for (int i = 0; i < answers.length(); i++) {
        all.add(answers.get(i));
      }
      complete.accept(all);
    }
  }
}

package dev.arpeggio.queue;

import java.util.Iterator;
import java.util.function.BiConsumer;

/**
 * Runs one asynchronous step for each of many items, a bounded number of them at a time, and then
 * goes on. A step that fails simply never reports, and ends the whole that way.
 */
final class FanOut<T> {
  private static final int WIDTH = 16;

  private final Iterator<T> items;
  private final BiConsumer<T, Runnable> step;
  private final Runnable done;
  private int underWay;
  private boolean starting;
  private boolean finished;

  private FanOut(Iterable<T> items, BiConsumer<T, Runnable> step, Runnable done) {
    this.items = items.iterator();
    this.step = step;
    this.done = done;
  }

  /**
   * @param items must not change until the end
   * @param step calls the runnable once it is done with the item
   */
  static <T> void forEach(Iterable<T> items, BiConsumer<T, Runnable> step, Runnable done) {
    new FanOut<>(items, step, done).go();
  }

  private void go() {
    if (starting) {
      // A step that reported at once: the loop below goes on.
      return;
    }
    starting = true;
    while (underWay < WIDTH && items.hasNext()) {
      underWay++;
      step.accept(items.next(), this::stepDone);
    }
    starting = false;
    if (underWay == 0 && !items.hasNext() && !finished) {
      finished = true;
      done.run();
    }
  }

  private void stepDone() {
    underWay--;
    go();
  }
}

package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.bench.load.Bodies;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;

/**
 * Judges whether every item is confirmed by a reader exactly once in the end, however often it was
 * read. Thread-safe.
 */
final class ConfirmedOnce {
  private final int count;
  private final BitSet confirmed = new BitSet();
  private final CountDownLatch all = new CountDownLatch(1);
  private int distinct;
  private long doubled;
  private long foreign;

  /**
   * @param count of all items, which are numbered from 0 on
   */
  ConfirmedOnce(int count) {
    this.count = count;
  }

  /** Notes that a reader confirms an item. */
  synchronized void confirm(ReceivedMessage item) {
    byte[] body = item.body();
    long number = body.length < Bodies.SMALLEST ? count : Bodies.number(body);
    if (number >= count) {
      foreign++;
    } else if (confirmed.get((int) number)) {
      doubled++;
    } else {
      confirmed.set((int) number);
      if (++distinct == count) {
        all.countDown();
      }
    }
  }

  synchronized long confirmed() {
    return distinct;
  }

  /** Opens when every item is confirmed. */
  CountDownLatch all() {
    return all;
  }

  synchronized boolean isExact() {
    return distinct == count && doubled == 0 && foreign == 0;
  }

  @Override
  public synchronized String toString() {
    return "%d of %d items confirmed, %d twice, %d that were never put"
        .formatted(distinct, count, doubled, foreign);
  }
}

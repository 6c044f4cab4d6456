package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ReceivedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one consumer got: which messages, how often, and whether those of a producer came in its
 * order. For one thread; merged at the end. A message that says to be redelivered may come twice,
 * and late.
 */
final class Tally {
  private final long count;
  private final int producers;
  private final List<BitSet> got = new ArrayList<>();
  // The highest number so far of each producer, by partition.
  private final Map<Integer, long[]> highest = new LinkedHashMap<>();
  private long received;
  private long redelivered;
  private long doubled;
  private long disordered;
  private long foreign;

  /**
   * @param count of all messages that were published
   * @param producers that share them as {@link Publishing} does
   */
  Tally(long count, int producers) {
    this.count = count;
    this.producers = producers;
    for (int i = 0; i < producers; i++) {
      got.add(new BitSet());
    }
  }

  void add(ReceivedMessage message) {
    byte[] body = message.body();
    int producer = body.length < Bodies.SMALLEST ? producers : Bodies.producer(body);
    long number = producer < producers ? Bodies.number(body) : 0;
    received++;
    if (producer >= producers || number >= Publishing.share(count, producers, producer)) {
      foreign++;
      return;
    }
    boolean again = message.redeliveries() > 0;
    redelivered += again ? 1 : 0;
    if (got.get(producer).get((int) number)) {
      doubled += again ? 0 : 1;
      return;
    }
    got.get(producer).set((int) number);
    if (!again) {
      judgeOrder(message.partition(), producer, number);
    }
  }

  private void judgeOrder(int partition, int producer, long number) {
    long[] ofPartition = highest.computeIfAbsent(partition, key -> none(producers));
    if (number < ofPartition[producer]) {
      disordered++;
    }
    ofPartition[producer] = Math.max(ofPartition[producer], number);
  }

  private static long[] none(int producers) {
    long[] numbers = new long[producers];
    Arrays.fill(numbers, -1);
    return numbers;
  }

  /** Adds what another consumer of the same subscription got. */
  void merge(Tally other) {
    for (int i = 0; i < producers; i++) {
      BitSet both = (BitSet) other.got.get(i).clone();
      both.and(got.get(i));
      // Some of them may be redeliveries, which say so.
      doubled += Math.max(0, both.cardinality() - other.redelivered - redelivered);
      got.get(i).or(other.got.get(i));
    }
    received += other.received;
    redelivered += other.redelivered;
    doubled += other.doubled;
    disordered += other.disordered;
    foreign += other.foreign;
  }

  long received() {
    return received;
  }

  /** Messages that came at least once. */
  long distinct() {
    return got.stream().mapToLong(BitSet::cardinality).sum();
  }

  /** Whether every message came, none twice without saying so, and each producer's in order. */
  boolean isExact() {
    return distinct() == count && doubled == 0 && disordered == 0 && foreign == 0;
  }

  @Override
  public String toString() {
    return "%d of %d came, %d of them twice, %d out of order, %d that were never sent"
        .formatted(distinct(), count, doubled, disordered, foreign);
  }
}

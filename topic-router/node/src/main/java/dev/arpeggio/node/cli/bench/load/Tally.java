package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ReceivedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What consumers got: which messages, how often, and whether those of a producer came in its order
 * to each consumer. A message that says to be redelivered may come twice, and late. For one thread;
 * each consumer has its own, and they are merged at the end.
 */
final class Tally {
  private final long[] published;
  private final List<BitSet> got = new ArrayList<>();
  // What came as a redelivery: may be with another consumer too.
  private final List<BitSet> gotAgain = new ArrayList<>();
  // The highest number so far of each producer, by partition.
  private final Map<Integer, long[]> highest = new LinkedHashMap<>();
  private long doubled;
  private long disordered;
  private long foreign;

  /**
   * @param published how many messages each producer sends
   */
  Tally(long[] published) {
    this.published = published;
    for (int i = 0; i < published.length; i++) {
      got.add(new BitSet());
      gotAgain.add(new BitSet());
    }
  }

  void add(ReceivedMessage message) {
    byte[] body = message.body();
    int producer = body.length < Bodies.SMALLEST ? published.length : Bodies.producer(body);
    if (producer >= published.length || Bodies.number(body) >= published[producer]) {
      foreign++;
      return;
    }
    int number = Math.toIntExact(Bodies.number(body));
    if (message.redeliveries() > 0) {
      gotAgain.get(producer).set(number);
      return;
    }
    if (got.get(producer).get(number)) {
      doubled++;
      return;
    }
    got.get(producer).set(number);
    long[] ofPartition =
        highest.computeIfAbsent(message.partition(), key -> none(published.length));
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
    for (int i = 0; i < published.length; i++) {
      BitSet both = (BitSet) other.got.get(i).clone();
      both.and(got.get(i));
      doubled += both.cardinality();
      got.get(i).or(other.got.get(i));
      gotAgain.get(i).or(other.gotAgain.get(i));
    }
    doubled += other.doubled;
    disordered += other.disordered;
    foreign += other.foreign;
  }

  /** Messages that came at least once. */
  long distinct() {
    long distinct = 0;
    for (int i = 0; i < published.length; i++) {
      BitSet any = (BitSet) got.get(i).clone();
      any.or(gotAgain.get(i));
      distinct += any.cardinality();
    }
    return distinct;
  }

  /** Whether that many came, none twice without saying so, and each producer's in order. */
  boolean isExact(long wanted) {
    return distinct() >= wanted && doubled == 0 && disordered == 0 && foreign == 0;
  }

  @Override
  public String toString() {
    return "%d of %d came, %d twice, %d out of order, %d that were never sent"
        .formatted(distinct(), Arrays.stream(published).sum(), doubled, disordered, foreign);
  }
}

package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who holds which of a topic's partitions, as each owner finds out by itself. */
class SpreadTest {
  private static final Random RANDOM = new Random(17);

  private static List<ConsumerId> consumers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ConsumerId(RANDOM.nextLong(), RANDOM.nextLong()))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static List<ConsumerId> spread(List<ConsumerId> consumers, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> Spread.inCharge(consumers, partition, partitions))
        .toList();
  }

  private static long moved(List<ConsumerId> before, List<ConsumerId> after) {
    return IntStream.range(0, before.size())
        .filter(i -> !before.get(i).equals(after.get(i)))
        .count();
  }

  @Test
  void everybodyHoldsAsManyAsTheOthersOrOneMore() {
    for (int partitions : new int[] {1, 2, 3, 7, 12, 64, 100}) {
      for (int count : new int[] {1, 2, 3, 4, 5, 11, 64}) {
        var consumers = consumers(count);
        Map<ConsumerId, Long> loads =
            spread(consumers, partitions).stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        for (ConsumerId consumer : consumers) {
          long load = loads.getOrDefault(consumer, 0L);
          assertTrue(
              load == partitions / count || load == (partitions + count - 1) / count,
              count + " consumers, " + partitions + " partitions: " + load);
        }
      }
    }
  }

  @Test
  void ownersAgreeInWhateverOrderConsumersAttached() {
    var consumers = consumers(9);
    var expected = spread(consumers, 64);
    Collections.shuffle(consumers, RANDOM);
    assertEquals(expected, spread(consumers, 64));
  }

  @Test
  void aNewConsumerTakesItsShareAndMovesNothingElse() {
    for (int count = 1; count < 20; count++) {
      var consumers = consumers(count);
      var before = spread(consumers, 64);
      var newest = new ConsumerId(-1, count);
      consumers.add(newest);
      var after = spread(consumers, 64);

      assertEquals(64 / (count + 1), moved(before, after));
      assertEquals(64 / (count + 1), Collections.frequency(after, newest));
    }
  }

  @Test
  void whenOneGoesTheOthersKeepMostOfWhatTheyHave() {
    long kept = 0;
    long couldBeKept = 0;
    for (int round = 0; round < 50; round++) {
      var consumers = consumers(4);
      var before = spread(consumers, 64);
      var gone = consumers.remove(RANDOM.nextInt(4));
      var after = spread(consumers, 64);
      kept += 64 - moved(before, after);
      couldBeKept += 64 - Collections.frequency(before, gone);
    }
    assertTrue(kept >= couldBeKept * 0.85, kept + " of " + couldBeKept + " were kept");
  }

  @Test
  void thePartitionOfATopicThatHasOneIsWithTheSenior() {
    var senior = new ConsumerId(1, 0);
    // As unsigned numbers, these come later.
    var others = List.of(new ConsumerId(-1, 0), new ConsumerId(2, 0), new ConsumerId(1, -1));
    for (ConsumerId other : others) {
      assertEquals(senior, Spread.inCharge(List.of(other, senior), 0, 1));
    }
  }
}

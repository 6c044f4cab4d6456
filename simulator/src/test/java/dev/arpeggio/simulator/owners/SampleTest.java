package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.StoredPartition;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class SampleTest {
  @Test
  void allThatAMessageAsksForCanBeReadOffItsText() {
    var sample = new Sample("p1-17", 3, 7, 1_500, 60_000, "x".repeat(300));
    assertEquals(sample, Sample.of(sample.text()));
    assertEquals(Sample.plain("p1-17", ""), Sample.of("p1-17"));
  }

  @Test
  void theTextsOfABatchAreThoseOfItsMessages() {
    var samples =
        List.of(
            Sample.plain("p1-0", ""),
            new Sample("p1-1", 3, 7, 1_500, 60_000, "x".repeat(300)),
            Sample.plain("p1-2", "y"));
    assertEquals(
        samples.stream().map(Sample::text).toList(),
        StoredPartition.texts(
            StoredPartition.batch(new ProducerId(0, 1), 0, samples, UnaryOperator.identity())
                .messages()));
  }
}

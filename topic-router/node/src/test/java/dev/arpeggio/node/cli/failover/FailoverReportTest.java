package dev.arpeggio.node.cli.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FailoverReportTest {
  @Test
  void quantilesAreValuesThatWereMeasured() {
    List<Long> hundred = LongStream.rangeClosed(1, 100).boxed().toList();
    assertEquals(50, FailoverReport.quantile(hundred, 0.5));
    assertEquals(99, FailoverReport.quantile(hundred, 0.99));
    assertEquals(100, FailoverReport.quantile(hundred, 1));
    List<Long> fifty = LongStream.rangeClosed(1, 50).boxed().toList();
    assertEquals(50, FailoverReport.quantile(fifty, 0.99), "of 50 the highest");
    assertEquals(7, FailoverReport.quantile(List.of(7L), 0.5));
  }
}

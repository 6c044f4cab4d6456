package dev.arpeggio.node.cli.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.Optional;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HdrHistogram's own reader understands what was written. */
class HistogramFileTest {
  @Test
  void theLogHoldsEveryMeasure(@TempDir Path directory) throws Exception {
    String name = directory.resolve("latency.hlog").toString();
    try (HistogramFile file = HistogramFile.open(Optional.of(name))) {
      for (int i = 1; i <= 2; i++) {
        Latency latency = new Latency();
        latency.record(i * 1_000_000L);
        file.write("measure-" + i, latency);
      }
    }
    HistogramLogReader reader = new HistogramLogReader(name);
    for (int i = 1; i <= 2; i++) {
      EncodableHistogram read = reader.nextIntervalHistogram();
      assertEquals("measure-" + i, read.getTag());
      assertEquals(1, ((Histogram) read).getTotalCount());
      assertEquals(i, read.getMaxValueAsDouble() / 1_000_000, 0.01);
    }
    assertNull(reader.nextIntervalHistogram());
    reader.close();
  }
}

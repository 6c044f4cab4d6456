package dev.arpeggio.queue;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to index a segment of messages of 100 bytes, and to walk over the index. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class IndexBenchmark {
  @Param({"1", "10"})
  private int priorities;

  private Body body;
  private SegmentIndex index;

  @Setup
  public void fill() throws QueueException {
    body = Samples.encoded(Samples.appends(100, priorities), 0).body();
    index = SegmentIndex.of(body, body.count(), 0);
  }

  @Benchmark
  public Object build() {
    return SegmentIndex.of(body, body.count(), 0);
  }

  @Benchmark
  public int walkByPriority() {
    int seen = 0;
    for (int priority = priorities - 1; priority >= 0; priority--) {
      int position = index.next(priority, 0);
      while (position < index.span()) {
        seen++;
        position = index.next(priority, position + 1);
      }
    }
    return seen;
  }
}

package dev.arpeggio.chord;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to tell on which arc of the circle an identifier lies. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IntervalBenchmark {
  private static final int IDS = 1_024;

  private final RingId[] ids = new RingId[IDS + 2];

  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = IdSpace.DEFAULT.of(random.nextLong());
    }
  }

  @Benchmark
  @OperationsPerInvocation(IDS)
  public int inRange() {
    int within = 0;
    for (int i = 0; i < IDS; i++) {
      within += IdSpace.DEFAULT.inRange(ids[i], ids[i + 1], ids[i + 2]) ? 1 : 0;
    }
    return within;
  }

  @Benchmark
  @OperationsPerInvocation(IDS)
  public long distance() {
    long sum = 0;
    for (int i = 0; i < IDS; i++) {
      sum += IdSpace.DEFAULT.distance(ids[i], ids[i + 1]);
    }
    return sum;
  }

  @Benchmark
  public RingId hash() {
    return IdSpace.DEFAULT.hash("orders/0");
  }
}

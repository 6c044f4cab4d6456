package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to note when messages expire, for so many segments at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AgendaBenchmark {
  private static final long LIFE_MILLIS = 1_000_000_000_000L;

  @Param({"100", "10000"})
  private int segmentCount;

  private final List<Segment> segments = new ArrayList<>();

  @Setup
  public void fill() throws QueueException {
    List<PendingAppend> appends = Samples.appends(1_024, 1);
    long first = 0;
    for (int i = 0; i < segmentCount; i++) {
      SegmentCodec.Encoded encoded = Samples.encoded(appends, first);
      int count = encoded.body().count();
      Segment segment = new Segment(encoded.name(0, first, count));
      segment.indexed(SegmentIndex.of(encoded.body(), count, LIFE_MILLIS + i));
      segments.add(segment);
      first += count;
    }
  }

  @Benchmark
  public long noteAndForget() {
    ManualLoop loop = new ManualLoop();
    Agenda agenda = new Agenda(loop, new Nothing());
    segments.forEach(agenda::add);
    agenda.advance();
    agenda.trim(Long.MAX_VALUE);
    agenda.stop();
    return agenda.delayed();
  }

  private static final class Nothing implements Agenda.Listener {
    @Override
    public void due(Segment segment, long first, long end) {
      throw new IllegalStateException("nothing is due");
    }

    @Override
    public void expired(Segment segment, long first, long end) {
      throw new IllegalStateException("nothing expires");
    }

    @Override
    public void passed() {
      throw new IllegalStateException("nothing happens");
    }
  }
}

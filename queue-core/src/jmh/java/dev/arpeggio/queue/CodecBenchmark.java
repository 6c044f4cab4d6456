package dev.arpeggio.queue;

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

/** What it costs to index a batch, to make a segment of six batches, and to read one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {
  @Param({"100", "1024"})
  private int messageBytes;

  private Batch batch;
  private List<PendingAppend> appends;
  private SegmentCodec.Encoded encoded;
  private SegmentName name;

  @Setup
  public void fill() throws QueueException {
    batch = Samples.batch(new ProducerId(1, 1), 0, messageBytes, 1);
    appends = Samples.appends(messageBytes, 1);
    encoded = Samples.encoded(appends, 0);
    name = encoded.name(0, 0, encoded.body().count());
  }

  @Benchmark
  public Object indexBatch() throws QueueException {
    return Frames.index(
        batch.messages().duplicate(),
        batch.count(),
        TopicConfig.MAX_MESSAGE_BYTES,
        TopicConfig.MAX_PRIORITY);
  }

  @Benchmark
  public Object encode() {
    return Samples.encoded(appends, 0);
  }

  @Benchmark
  public Object decode() throws QueueException {
    return SegmentCodec.decode("/", name, new Epoch(1), encoded.content());
  }
}

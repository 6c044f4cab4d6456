package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.io.Sizes;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what travels: messages, their topic, and how the client sends them. */
public final class MessageOptions {
  private static final long BYTES_A_MEASURE = 192L << 20;
  private static final long MOST_BY_DEFAULT = 1_500_000;
  private static final long LARGEST = 250_000;
  private static final long MOST = 100_000_000;

  /** A backlog is to be measured, not refused. */
  private static final long MOST_BYTES = 1L << 40;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = Sizes.class,
      defaultValue = "1024",
      description = "Bytes of a message's body, 16 to 250000 (default: ${DEFAULT-VALUE}).")
  private long size;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description =
          "Messages of a round (default: what makes 192 MiB, at most 1,500,000, or as said above).")
  private Optional<Long> count = Optional.empty();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Partitions of a topic, 1 to 1024 (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--compress",
      description =
          "Have the topic compressed; bodies, which else compress not at all, then do by half.")
  private boolean compress;

  @Option(
      names = "--batch",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "Bytes at which the client sends a batch, 1 to 256KiB (default: its own).")
  private Optional<Long> batch = Optional.empty();

  @Option(
      names = "--in-flight",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description =
          "Bytes that a producer has unconfirmed at most, 1KiB to 1GiB (default: the client's"
              + " own).")
  private Optional<Long> inFlight = Optional.empty();

  /** Refuses what cannot be. */
  public void check(Checks checks) {
    checks.within("--size", size, Bodies.SMALLEST, LARGEST);
    checks.within("--count", count(), 2, MOST);
    checks.within("--partitions", partitions, 1, 1_024);
    batch.ifPresent(bytes -> checks.within("--batch", bytes, 1, ClientOptions.MAX_BATCH_BYTES));
    inFlight.ifPresent(bytes -> checks.within("--in-flight", bytes, 1 << 10, 1 << 30));
  }

  /** Bytes of a body. */
  public int size() {
    return (int) size;
  }

  /** Messages of a round. */
  public long count() {
    return countOr(Math.min(MOST_BY_DEFAULT, BYTES_A_MEASURE / Math.max(1, size)));
  }

  /** The same with another default. */
  public long countOr(long byDefault) {
    return count.orElse(byDefault);
  }

  /** The same with another number of partitions. */
  TopicOptions topic(int otherPartitions) {
    return topic().withPartitions(otherPartitions);
  }

  /** Partitions of a topic. */
  public int partitions() {
    return partitions;
  }

  /** What to publish. */
  public Bodies bodies() {
    return new Bodies(size(), compress);
  }

  /** The topics to create. */
  public TopicOptions topic() {
    return TopicOptions.defaults()
        .withPartitions(partitions)
        .withCompression(compress)
        .withMaxPartitionBytes(MOST_BYTES);
  }

  /** The client to use. */
  public ClientOptions client() {
    ClientOptions options = ClientOptions.defaults();
    if (batch.isPresent()) {
      options = options.withBatchBytes(Math.toIntExact(batch.get()));
    }
    return inFlight.isPresent()
        ? options.withMaxInFlightBytes(Math.toIntExact(inFlight.get()))
        : options;
  }

  /** What was chosen. */
  public void describe(Map<String, Object> settings) {
    ClientOptions client = client();
    settings.put("size", size);
    settings.put("count", count());
    settings.put("partitions", partitions);
    settings.put("compress", compress);
    settings.put("batch", client.batchBytes());
    settings.put("in_flight", client.maxInFlightBytes());
  }
}

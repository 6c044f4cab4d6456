package dev.arpeggio.node.cli.bench;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The ZooKeeper that a benchmark writes to: one server in this process, as a node embeds it, or
 * several as processes of their own. Each syncs every write to disk.
 */
public final class BenchServers implements AutoCloseable {
  // As an operator would run them, not as tests do. Snapshots as seldom as in an embedded one.
  private static final List<String> SERVER_OPTIONS =
      List.of(
          "-Xmx2g",
          "-XX:TieredStopAtLevel=4",
          "-XX:-UseSerialGC",
          "-XX:+UseG1GC",
          "-XX:G1HeapRegionSize=8m",
          "-Dzookeeper.snapSizeLimitInKb=" + (1 << 20));

  private final String connectString;
  private final AutoCloseable servers;

  private BenchServers(String connectString, AutoCloseable servers) {
    this.connectString = connectString;
    this.servers = servers;
  }

  /**
   * Starts servers, and returns once they serve.
   *
   * @param count 1: embedded
   * @param directory for their data and logs; exists
   */
  public static BenchServers start(int count, Path directory)
      throws IOException, InterruptedException {
    if (count == 1) {
      EmbeddedZooKeeper one =
          EmbeddedZooKeeper.start(directory.resolve("zookeeper"), "127.0.0.1", 0);
      return new BenchServers(one.connectString(), one);
    }
    Ensemble several = Ensemble.start(directory, count, SERVER_OPTIONS);
    return new BenchServers(several.connectString(), several);
  }

  /** What a client connects to. */
  public String connectString() {
    return connectString;
  }

  @Override
  public void close() throws IOException {
    try {
      servers.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the servers did not end as they should", e);
    }
  }
}

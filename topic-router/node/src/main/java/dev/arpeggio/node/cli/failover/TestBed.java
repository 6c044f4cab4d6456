package dev.arpeggio.node.cli.failover;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.local.LocalRing;
import dev.arpeggio.node.cli.local.Workspace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ZooKeeper servers and nodes, each a process, with a load on all partitions of one topic. Whatever
 * ends it, no process and no file stays behind. For one thread.
 */
final class TestBed implements AutoCloseable {
  /** How long anything may take until the benchmark gives up. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String TOPIC = "load";
  private static final long POLL_MILLIS = 50;

  // As an operator would run them, not as tests do.
  private static final List<String> SERVER_OPTIONS = List.of("-Xmx1g", "-XX:TieredStopAtLevel=4");

  /**
   * What is to be set up.
   *
   * @param nodes of the ring
   * @param servers of ZooKeeper, 1 or 3
   * @param partitions of the topic
   * @param perSecond messages sent to all of them together
   */
  record Size(int nodes, int servers, int partitions, int perSecond) {
    /**
     * @throws Failure if it is none that can be set up
     */
    void check(String command) {
      String hint = "see arpeggio bench " + command + " --help";
      require(nodes >= 2 && nodes <= 16, "--nodes: 2 to 16, not " + nodes, hint);
      require(servers == 1 || servers == 3, "--servers: 1 or 3, not " + servers, hint);
      require(
          partitions >= 1 && partitions <= 256, "--partitions: 1 to 256, not " + partitions, hint);
      require(perSecond >= 1 && perSecond <= 20_000, "--rate: 1 to 20000, not " + perSecond, hint);
    }

    private static void require(boolean holds, String problem, String hint) {
      if (!holds) {
        throw Failure.usage(problem, hint);
      }
    }
  }

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final Workspace workspace;
  private final LocalRing ring;
  private final Arpeggio arpeggio;
  private final Load load;

  /** Starts everything, and returns once every partition is at work. */
  TestBed(Size size, Console console) throws IOException, InterruptedException {
    console.say(
        "starting %s and %s, each a process"
            .formatted(
                Figures.count(size.servers(), "ZooKeeper server"),
                Figures.count(size.nodes(), "node")));
    try {
      workspace = with(new Workspace("bench"));
      Ensemble zookeeper =
          with(Ensemble.start(workspace.directory(), size.servers(), SERVER_OPTIONS));
      ring = with(new LocalRing(workspace.directory(), size.nodes(), zookeeper.connectString()));
      ring.start();
      arpeggio = with(Arpeggio.connect(ring.addresses(), ClientOptions.defaults()));
      ring.awaitIdeal(arpeggio.admin());
      arpeggio
          .admin()
          .createTopic(TOPIC, TopicOptions.defaults().withPartitions(size.partitions()));
      load = with(Load.start(arpeggio, TOPIC, size.partitions(), size.perSecond()));
      awaitWork();
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T with(T part) {
    parts.add(part);
    return part;
  }

  LocalRing ring() {
    return ring;
  }

  Load load() {
    return load;
  }

  /** Waits until the ring is as it should be, and every partition confirms and delivers. */
  void awaitWork() throws InterruptedException {
    ring.awaitIdeal(arpeggio.admin());
    awaitBeats();
  }

  /** Waits until every partition has confirmed and delivered once more. */
  void awaitBeats() throws InterruptedException {
    long now = System.nanoTime();
    boolean working =
        load.confirmations().awaitAllSince(now, PATIENCE)
            && load.deliveries().awaitAllSince(now, PATIENCE);
    requireLoad();
    if (!working) {
      throw stuck("some partition neither confirmed nor delivered");
    }
  }

  /** The partitions that each node serves, by its address; only when all are served. */
  Map<String, List<Integer>> owners() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Map<String, List<Integer>> owners = new TreeMap<>();
      boolean complete = true;
      try {
        for (PartitionInfo partition : arpeggio.admin().describeTopic(TOPIC).partitions()) {
          complete &= partition.owner().isPresent();
          owners
              .computeIfAbsent(partition.owner().orElse(""), owner -> new ArrayList<>())
              .add(partition.partition());
        }
        if (complete) {
          return owners;
        }
      } catch (ArpeggioException e) {
        if (!e.isRetryable()) {
          throw e;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw stuck("some partition has no owner");
  }

  private void requireLoad() {
    Throwable failure = load.failure();
    if (failure != null) {
      workspace.keep();
      throw new Failure(
          ExitCode.FAILED,
          "the load has ended: " + failure,
          "please report it with --verbose and the logs in " + workspace.directory(),
          failure);
    }
  }

  /**
   * Why to give up: something has not happened for as long as anybody would wait. The logs stay.
   *
   * @throws Failure if it has not happened because the load has ended
   */
  Failure stuck(String what) {
    requireLoad();
    workspace.keep();
    return new Failure(
        ExitCode.FAILED,
        what + " for " + PATIENCE.toSeconds() + " s",
        "run it again on a machine that has less to do; if it happens there too, report it with the"
            + " logs in "
            + workspace.directory());
  }

  @Override
  public void close() throws IOException {
    for (int i = parts.size() - 1; i >= 0; i--) {
      try {
        parts.get(i).close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("a part of the benchmark did not end as it should", e);
      }
    }
    parts.clear();
  }
}

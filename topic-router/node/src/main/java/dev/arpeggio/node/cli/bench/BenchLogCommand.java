package dev.arpeggio.node.cli.bench;

import dev.arpeggio.node.cli.bench.LogReport.Goal;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Progress;
import dev.arpeggio.node.cli.local.Workspace;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a partition alone, without network or ring. */
@Command(
    name = "log",
    description = {
      "Measure one partition alone against ZooKeeper's own client, which does the same fenced",
      "transactions with the same bytes on the same server, and sync to disk.",
      "Takes some minutes and about 2 GB of temporary disk space."
    },
    footerHeading = "Examples:%n",
    footer = {"  arpeggio bench log", "  arpeggio bench log --servers 3 -o json", ""})
public final class BenchLogCommand implements Runnable {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);

  /** What is measured before is the compiler. */
  private static final int WARM_UPS = 3;

  private final Console console;
  private final BooleanSupplier json;

  @Option(
      names = "--servers",
      paramLabel = "N",
      defaultValue = "1",
      description = "ZooKeeper servers: 1 in this process (default), or 3 or 5 of their own.")
  private int servers;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds after some that are not counted; medians are printed (default: 5).")
  private int runs;

  /**
   * The command.
   *
   * @param json whether to print JSON
   */
  public BenchLogCommand(Console console, BooleanSupplier json) {
    this.console = console;
    this.json = json;
  }

  @Override
  public void run() {
    if (servers != 1 && servers != 3 && servers != 5) {
      throw Failure.usage("--servers: 1, 3 or 5, not " + servers, "see arpeggio bench log --help");
    }
    if (runs < 1 || runs > 100) {
      throw Failure.usage("--runs: 1 to 100, not " + runs, "see arpeggio bench log --help");
    }
    try (Workspace workspace = new Workspace("bench");
        BenchServers running = BenchServers.start(servers, workspace.directory());
        ThreadEventLoop loop = new ThreadEventLoop("bench", this::bug);
        ZooKeeperSession session =
            ZooKeeperSession.connect(running.connectString(), SESSION_TIMEOUT, CONNECT_TIMEOUT);
        RawLog raw = RawLog.open(running.connectString())) {
      ZooKeeperPort port = session.on(loop);
      CompletableFuture<Void> ready = new CompletableFuture<>();
      loop.execute(
          () ->
              Store.open(
                  port, Completion.of(done -> ready.complete(null), ready::completeExceptionally)));
      ready.join();
      print(measure(loop, port, raw));
    } catch (IOException | KeeperException | QueueException | TimeoutException e) {
      throw new Failure(
          ExitCode.FAILED,
          "the benchmark could not be carried out: " + e.getMessage(),
          "check that the temporary directory has room",
          e);
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "run it again", e);
    }
  }

  private LogReport measure(ThreadEventLoop loop, ZooKeeperPort port, RawLog raw)
      throws InterruptedException, KeeperException {
    try (Progress progress = new Progress(console)) {
      return measure(new LogBench(loop, port, raw, what -> progress.update(() -> what)));
    }
  }

  private LogReport measure(LogBench bench) throws InterruptedException, KeeperException {
    for (int i = 0; i < WARM_UPS; i++) {
      bench.throughput(1_024, new LogBench.Throughput());
    }
    bench.latency(new LogBench.Latency());
    LogBench.Throughput large = new LogBench.Throughput();
    LogBench.Throughput small = new LogBench.Throughput();
    LogBench.Latency latency = new LogBench.Latency();
    LogBench.Backlog backlog = new LogBench.Backlog();
    for (int i = 0; i < runs; i++) {
      bench.throughput(1_024, large);
      bench.throughput(100, small);
      bench.latency(latency);
      bench.backlog(backlog);
    }
    LogReport report = new LogReport();
    add(report, "1 KB", large, null);
    add(report, "100 B", small, Goal.atLeast(300_000));
    report.add("one at a time, raw", "ns", latency.raw, null);
    report.add("one at a time, append", "ns", latency.append, null);
    report.add("one at a time, append / raw", "x", latency.appendToRaw, Goal.atMost(1.3));
    report.add(
        "backlog of 10^6, takeover to first delivery",
        "ms",
        backlog.firstDeliveryMillis,
        Goal.atMost(500));
    report.add(
        "backlog of 10^6, takeover to first append",
        "ms",
        backlog.loadedMillis,
        Goal.atMost(3_000));
    report.add(
        "backlog of 10^6, owner memory beyond bodies",
        "bytes/message",
        backlog.ownerBytesPerMessage,
        Goal.atMost(200));
    report.add("consume without backlog", "messages/s", backlog.consumeWithout, null);
    report.add("consume with backlog", "messages/s", backlog.consumeWith, null);
    report.add("consume with / without", "x", backlog.withToWithout, Goal.atLeast(0.8));
    report.add("consume after takeover", "messages/s", backlog.consumeAfterTakeover, null);
    return report;
  }

  private static void add(
      LogReport report, String size, LogBench.Throughput figures, @Nullable Goal appendGoal) {
    report.add(size + ", raw, best segment size", "messages/s", figures.raw(), null);
    report.add(size + ", append", "messages/s", figures.append, appendGoal);
    report.add(size + ", append / raw", "x", figures.appendToRaw(), Goal.atLeast(0.8));
    report.add(size + ", consume and acknowledge", "messages/s", figures.consume, null);
    report.add(size + ", consume / append", "x", figures.consumeToAppend, Goal.atLeast(1));
    report.add(size + ", both at once", "messages/s", figures.both, null);
    report.add(size + ", both / append", "x", figures.bothToAppend, Goal.atLeast(0.6));
  }

  private void print(LogReport report) {
    if (json.getAsBoolean()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("servers", servers);
      all.put("runs", runs);
      all.put("figures", report.json());
      console.print(Json.write(all));
    } else {
      console.say(
          "ZooKeeper servers: "
              + servers
              + ", each synced to disk; rounds: "
              + Figures.count(runs)
              + "; goals are for a machine of two cores");
      report.table().forEach(console::print);
    }
  }

  private void bug(Throwable problem) {
    console.say("arpeggio: defect in the benchmark: " + problem);
  }
}

package dev.arpeggio.node.cli.bench;

import dev.arpeggio.node.cli.bench.Report.Goal;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
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
import java.util.function.Supplier;
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
public final class BenchLogCommand implements Runnable, PrintsCsv {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);

  /** What is measured before is the compiler. */
  private static final int WARM_UPS = 3;

  private final Console console;
  private final Supplier<OutputFormat> output;

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
   * @param output how to print
   */
  public BenchLogCommand(Console console, Supplier<OutputFormat> output) {
    this.console = console;
    this.output = output;
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
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("servers", servers);
      settings.put("runs", runs);
      measure(loop, port, raw).print(settings, console, output.get());
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

  private Report measure(ThreadEventLoop loop, ZooKeeperPort port, RawLog raw)
      throws InterruptedException, KeeperException {
    try (Progress progress = new Progress(console)) {
      return measure(new LogBench(loop, port, raw, what -> progress.update(() -> what)));
    }
  }

  private Report measure(LogBench bench) throws InterruptedException, KeeperException {
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
    Report report = new Report();
    add(report, "1 KB", large, null);
    add(report, "100 B", small, Goal.atLeast(300_000));
    report.figure("one at a time, raw", "ns", null).addAll(latency.raw);
    report.figure("one at a time, append", "ns", null).addAll(latency.append);
    report.figure("one at a time, append / raw", "x", Goal.atMost(1.3)).addAll(latency.appendToRaw);
    report
        .figure("backlog of 10^6, takeover to first delivery", "ms", Goal.atMost(500))
        .addAll(backlog.firstDeliveryMillis);
    report
        .figure("backlog of 10^6, takeover to first append", "ms", Goal.atMost(3_000))
        .addAll(backlog.loadedMillis);
    report
        .figure("backlog of 10^6, owner memory beyond bodies", "bytes/message", Goal.atMost(200))
        .addAll(backlog.ownerBytesPerMessage);
    report.figure("consume without backlog", "messages/s", null).addAll(backlog.consumeWithout);
    report.figure("consume with backlog", "messages/s", null).addAll(backlog.consumeWith);
    report.figure("consume with / without", "x", Goal.atLeast(0.8)).addAll(backlog.withToWithout);
    report
        .figure("consume after takeover", "messages/s", null)
        .addAll(backlog.consumeAfterTakeover);
    return report;
  }

  private static void add(
      Report report, String size, LogBench.Throughput figures, @Nullable Goal appendGoal) {
    report.figure(size + ", raw, best segment size", "messages/s", null).addAll(figures.raw.best());
    report.figure(size + ", append", "messages/s", appendGoal).addAll(figures.append);
    report.figure(size + ", append / raw", "x", Goal.atLeast(0.8)).addAll(figures.appendToRaw());
    report.figure(size + ", consume and acknowledge", "messages/s", null).addAll(figures.consume);
    report
        .figure(size + ", consume / append", "x", Goal.atLeast(1))
        .addAll(figures.consumeToAppend);
    report.figure(size + ", both at once", "messages/s", null).addAll(figures.both);
    report.figure(size + ", both / append", "x", Goal.atLeast(0.6)).addAll(figures.bothToAppend);
  }

  private void bug(Throwable problem) {
    console.say("arpeggio: defect in the benchmark: " + problem);
  }
}

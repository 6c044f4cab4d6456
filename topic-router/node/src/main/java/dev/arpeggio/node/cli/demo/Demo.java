package dev.arpeggio.node.cli.demo;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Progress;
import dev.arpeggio.node.cli.local.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Publishes a text through a cluster whose nodes are killed meanwhile, and compares what arrives.
 * The calling thread publishes; one more kills, one consumes. Whatever ends it, no process and no
 * file stays behind.
 */
public final class Demo {
  private static final String TOPIC = "demo";
  private static final ClientOptions CLIENT =
      ClientOptions.defaults()
          .withRequestTimeout(Duration.ofSeconds(10))
          .withDeliveryTimeout(Duration.ofSeconds(40));

  private final Console console;

  public Demo(Console console) {
    this.console = console;
  }

  /**
   * Runs the demo.
   *
   * @param file to publish; empty: a text that is made on the spot
   * @throws Failure if the file is unfit, or the demo could not be carried out
   */
  public DemoReport run(Optional<String> file) throws IOException, InterruptedException {
    Optional<Source> given = file.map(Source::examine);
    try (Workspace workspace = new Workspace("demo");
        Cluster cluster = new Cluster(workspace.directory())) {
      Source source = given.isPresent() ? given.get() : makeText(workspace.directory());
      console.say("starting a ZooKeeper and " + Cluster.NODES + " nodes, each a process");
      cluster.start();
      try (Arpeggio arpeggio = Arpeggio.connect(cluster.addresses(), CLIENT)) {
        cluster.awaitIdealRing(arpeggio.admin());
        arpeggio.admin().createTopic(TOPIC, TopicOptions.defaults());
        return publishAndConsume(source, cluster, arpeggio);
      }
    }
  }

  private static Source makeText(Path directory) throws IOException {
    Path file = directory.resolve("text");
    DemoText.write(file);
    return new Source(file, DemoText.LINES);
  }

  private DemoReport publishAndConsume(Source source, Cluster cluster, Arpeggio arpeggio)
      throws IOException, InterruptedException {
    Plan plan = new Plan(source.lines());
    Ledger ledger = new Ledger(plan.holdAt(0));
    console.say(announcement(plan));
    ExecutorService others = Executors.newFixedThreadPool(2);
    try (Producer producer = arpeggio.producer(TOPIC)) {
      Receiver receiver = new Receiver(arpeggio, TOPIC);
      Future<DeliveryCheck> received = others.submit(watched(receiver, ledger));
      Future<List<Killer.Kill>> killed =
          others.submit(
              watched(new Killer(cluster, arpeggio.admin(), TOPIC, plan, ledger, console), ledger));
      long start = System.nanoTime();
      String sha256;
      try (Progress progress = new Progress(console)) {
        sha256 =
            new Publisher(producer, plan, ledger)
                .publish(
                    source,
                    () ->
                        progress.update(
                            () -> "confirmed " + Figures.count(ledger.confirmed(), "line")));
      }
      Duration duration = Duration.ofNanos(System.nanoTime() - start);
      throwIfFailed(ledger);
      int lines = ledger.sent();
      receiver.published(lines);
      List<Killer.Kill> kills = result(killed, ledger);
      return new DemoReport(
          lines, duration, kills, result(received, ledger).against(lines, sha256));
    } finally {
      others.shutdownNow();
    }
  }

  private static String announcement(Plan plan) {
    String lines = Figures.count(plan.lines(), "line");
    return plan.kills() == 0
        ? "publishing " + lines + ", too few to kill a node meanwhile"
        : "publishing %s over %d s, so that %s a ring at work"
            .formatted(
                lines,
                Plan.PACE.toSeconds(),
                plan.kills() == 1 ? "a kill hits" : plan.kills() + " kills hit");
  }

  /** Lets a task's failure end what the other threads wait for. */
  private static <T> Callable<T> watched(Callable<T> task, Ledger ledger) {
    return () -> {
      try {
        return task.call();
      } catch (Exception e) {
        ledger.fail(e);
        throw e;
      }
    };
  }

  private static <T> T result(Future<T> task, Ledger ledger) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throwIfFailed(ledger);
      throw new IllegalStateException("a failed task had noted its failure", e);
    }
  }

  private static void throwIfFailed(Ledger ledger) {
    Throwable failure = ledger.failure();
    if (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure instanceof Failure known) {
      throw known;
    }
    if (failure instanceof ArpeggioException refused) {
      throw refused;
    }
    if (failure != null) {
      throw new Failure(
          ExitCode.FAILED,
          "the demo could not be carried out: " + failure,
          "run it again, with --verbose if it happens again",
          failure);
    }
  }
}

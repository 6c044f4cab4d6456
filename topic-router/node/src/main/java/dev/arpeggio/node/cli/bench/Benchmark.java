package dev.arpeggio.node.cli.bench;

import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Termination;
import java.io.IOException;
import java.time.Duration;

/** What the benchmarks have in common: how they end. */
public final class Benchmark {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private Benchmark() {}

  /** The work of one. */
  public interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Runs it so that its processes end with it, also on SIGTERM. */
  public static void run(Work work) {
    Termination termination = Termination.watch(GRACE);
    try (termination) {
      work.run();
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "the benchmark could not be carried out: " + e.getMessage(),
          "check that the temporary directory has room",
          e);
    } catch (InterruptedException e) {
      throw new Failure(ExitCode.FAILED, "interrupted", "run it again", e);
    }
  }
}

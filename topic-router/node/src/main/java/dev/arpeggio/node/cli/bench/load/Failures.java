package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Unwraps what futures fail with. */
final class Failures {
  private Failures() {}

  /**
   * Waits.
   *
   * @throws ArpeggioException as the future failed
   */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArpeggioException(Reason.INTERRUPTED, "interrupted while waiting");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ArpeggioException refused) {
        throw refused;
      }
      throw new IllegalStateException("a future failed", e.getCause());
    }
  }
}

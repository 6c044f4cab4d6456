package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.ArpeggioException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ArpeggioException refused) {
        throw refused;
      }
      throw e;
    }
  }
}

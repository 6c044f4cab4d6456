package dev.arpeggio.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a consumer's messages without a thread, the first to ask first. Guarded by the
 * consumer's lock.
 */
final class Waiters {
  private record Waiter(int max, CompletableFuture<List<ReceivedMessage>> future) {}

  private final Deque<Waiter> waiting = new ArrayDeque<>();

  /** False if too many wait already. */
  boolean add(int max, CompletableFuture<List<ReceivedMessage>> future) {
    waiting.removeIf(waiter -> waiter.future().isDone());
    if (waiting.size() >= dev.arpeggio.client.Consumer.MAX_WAITING) {
      return false;
    }
    waiting.add(new Waiter(max, future));
    return true;
  }

  /**
   * What to tell the first, to be run without the lock; null: nothing yet.
   *
   * @param giveBack takes what nobody wanted any more when it came
   */
  @Nullable Runnable next(ConsumerState state, Consumer<List<ReceivedMessage>> giveBack) {
    ArpeggioException ended = state.whyNothingComes();
    while (!waiting.isEmpty() && (ended != null || state.hasMessage())) {
      Waiter first = waiting.remove();
      if (first.future().isDone()) {
        continue;
      }
      if (ended != null) {
        return () -> first.future().completeExceptionally(ended);
      }
      List<ReceivedMessage> taken = state.take(first.max());
      return () -> {
        if (!first.future().complete(taken)) {
          giveBack.accept(taken);
        }
      };
    }
    return null;
  }
}

package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Confirmation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The last futures of one sender, looked at when they leave, so that every failure is counted and
 * no message costs an object. More than are ever in flight with the client's defaults; where more
 * are, the sender waits. For one thread.
 */
public final class Window {
  private static final int SIZE = 1 << 17;

  private final @Nullable CompletableFuture<Confirmation>[] futures = newArray();
  private int next;
  private long failed;
  private @Nullable Throwable why;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable CompletableFuture<Confirmation>[] newArray() {
    return (CompletableFuture<Confirmation>[]) new CompletableFuture[SIZE];
  }

  /** Takes one in place of the oldest, which it waits for. */
  public void add(CompletableFuture<Confirmation> future) {
    look(next);
    futures[next] = future;
    next = (next + 1) % SIZE;
  }

  /** Waits for what is left. */
  public void settle() {
    for (int i = 0; i < SIZE; i++) {
      look(i);
      futures[i] = null;
    }
  }

  private void look(int slot) {
    CompletableFuture<Confirmation> future = futures[slot];
    if (future == null || (future.isDone() && !future.isCompletedExceptionally())) {
      return;
    }
    try {
      future.join();
    } catch (CompletionException e) {
      failed++;
      why = why == null ? e.getCause() : why;
    }
  }

  /** How many have failed. */
  public long failed() {
    return failed;
  }

  /** The first failure; null: none. */
  public @Nullable Throwable why() {
    return why;
  }
}

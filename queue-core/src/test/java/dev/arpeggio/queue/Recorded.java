package dev.arpeggio.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Remembers the outcome of an operation, and that there was one only. */
public final class Recorded<T> implements Completion<T> {
  private final CompletableFuture<T> outcome = new CompletableFuture<>();

  @Override
  public void succeeded(T value) {
    if (!outcome.complete(value)) {
      throw new IllegalStateException("completed twice");
    }
  }

  @Override
  public void failed(QueueException error) {
    if (!outcome.completeExceptionally(error)) {
      throw new IllegalStateException("completed twice");
    }
  }

  public boolean isDone() {
    return outcome.isDone();
  }

  public boolean isSuccess() {
    return outcome.isDone() && !outcome.isCompletedExceptionally();
  }

  /** Waits until it is done, however that ends. */
  public void await() {
    RealNode.await(outcome::isDone, "an outcome");
  }

  /** The value, waiting for it if need be. */
  public T value() {
    try {
      return outcome.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed with " + e.getCause(), e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("not completed", e);
    }
  }

  /** The failure, waiting for it if need be. */
  public QueueException failure() {
    try {
      T value = outcome.get(60, TimeUnit.SECONDS);
      throw new AssertionError("succeeded with " + value);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof QueueException failure) {
        return failure;
      }
      throw new AssertionError("failed with a bug", e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("not completed", e);
    }
  }

  public QueueException.Reason reason() {
    return failure().reason();
  }
}

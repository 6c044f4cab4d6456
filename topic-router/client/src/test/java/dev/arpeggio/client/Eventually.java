package dev.arpeggio.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what must happen, with a bound that only a defect reaches. */
final class Eventually {
  static final Duration BOUND = Duration.ofSeconds(30);

  private Eventually() {}

  static void eventually(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > BOUND.toNanos()) {
        throw new AssertionError("never happened: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  static <T> T resultOf(CompletableFuture<T> future) {
    try {
      return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no result", e);
    }
  }

  static ArpeggioException failureOf(CompletableFuture<?> future) {
    try {
      Object result = future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("did not fail: " + result);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ArpeggioException failure) {
        return failure;
      }
      throw new AssertionError("failed otherwise", e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no result", e);
    }
  }
}

package dev.arpeggio.architecture.planted;

import java.util.concurrent.CompletableFuture;

/** Runs on a thread of the common pool. */
public final class OtherThread {
  public CompletableFuture<String> elsewhere() {
    return CompletableFuture.supplyAsync(() -> "elsewhere");
  }
}

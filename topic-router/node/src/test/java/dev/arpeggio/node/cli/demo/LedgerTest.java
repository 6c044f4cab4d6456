package dev.arpeggio.node.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final long KILL = 1_000;

  @Test
  void theOutageEndsWithTheFirstConfirmationOfALineSentAfterTheKill() throws Exception {
    Ledger ledger = new Ledger(10);
    assertTrue(ledger.send(1));
    assertTrue(ledger.send(2));
    ledger.killed(KILL);
    ledger.send(3);
    ledger.confirm(1, KILL + 5);
    ledger.confirm(2, KILL + 6);
    ledger.confirm(3, KILL + 700);
    ledger.confirm(4, KILL + 900);
    assertEquals(Optional.of(Duration.ofNanos(700)), ledger.awaitResumed());
  }

  @Test
  void thePublisherWaitsAtItsBoundUntilItMayGoOn() throws Exception {
    Ledger ledger = new Ledger(1);
    assertTrue(ledger.send(1));
    CompletableFuture<Boolean> second = inBackground(() -> ledger.send(2));
    ledger.allow(2);
    assertTrue(second.get(60, TimeUnit.SECONDS));
    assertEquals(2, ledger.sent());
  }

  @Test
  void aFailureEndsAllWaitingAndTheFirstOneIsKept() throws Exception {
    Ledger ledger = new Ledger(0);
    CompletableFuture<Boolean> send = inBackground(() -> ledger.send(1));
    CompletableFuture<Boolean> confirmed =
        inBackground(
            () -> {
              ledger.awaitConfirmed(1);
              return true;
            });
    ledger.killed(KILL);
    CompletableFuture<Optional<Duration>> resumed = inBackground(ledger::awaitResumed);
    IllegalStateException first = new IllegalStateException("first");
    ledger.fail(first);
    ledger.fail(new IllegalStateException("second"));
    assertFalse(send.get(60, TimeUnit.SECONDS));
    assertTrue(confirmed.get(60, TimeUnit.SECONDS));
    assertEquals(Optional.empty(), resumed.get(60, TimeUnit.SECONDS));
    assertSame(first, ledger.failure());
  }

  @Test
  void thereIsNoOutageWithoutAKill() {
    assertThrows(IllegalStateException.class, () -> new Ledger(1).awaitResumed());
  }

  private interface Waiting<T> {
    T call() throws InterruptedException;
  }

  private static <T> CompletableFuture<T> inBackground(Waiting<T> waiting) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(waiting.call());
              } catch (InterruptedException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }
}

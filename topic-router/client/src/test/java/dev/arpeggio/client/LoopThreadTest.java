package dev.arpeggio.client;

import static dev.arpeggio.client.Eventually.resultOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopThreadTest {
  private final CompletableFuture<Throwable> defect = new CompletableFuture<>();
  private final LoopThread loop = new LoopThread(defect::complete);

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void tasksRunInOrderOnTheOneThread() {
    List<Integer> ran = new ArrayList<>();
    CompletableFuture<Boolean> last = new CompletableFuture<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      loop.execute(() -> ran.add(number));
    }
    loop.execute(() -> last.complete(loop.isCurrentThread()));
    assertTrue(resultOf(last));
    assertFalse(loop.isCurrentThread());
    assertEquals(IntStream.range(0, 100).boxed().toList(), ran);
  }

  @Test
  void whatATaskThrowsIsReportedAndTheLoopGoesOn() {
    IllegalStateException thrown = new IllegalStateException("planted");
    loop.execute(
        () -> {
          throw thrown;
        });
    assertEquals(thrown, resultOf(defect));
    CompletableFuture<Void> next = new CompletableFuture<>();
    loop.schedule(Duration.ofMillis(1), () -> next.complete(null));
    resultOf(next);
    assertTrue(next.isDone());
  }

  @Test
  void whatWasHandedInBeforeClosingStillRunsAndLaterTasksAreDropped() {
    CompletableFuture<Void> before = new CompletableFuture<>();
    CompletableFuture<Void> after = new CompletableFuture<>();
    loop.execute(() -> before.complete(null));
    loop.close();
    loop.execute(() -> after.complete(null));
    assertTrue(before.isDone());
    assertFalse(after.isDone());
  }
}

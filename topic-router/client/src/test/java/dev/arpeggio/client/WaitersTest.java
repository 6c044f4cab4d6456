package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages reach those who wait for them, once, or go back. */
class WaitersTest {
  private final ConsumerState state = new ConsumerState(100);
  private final Inbox inbox = new Inbox(state.budget());
  private final Waiters waiters = state.waiters();
  private final List<ReceivedMessage> givenBack = new ArrayList<>();

  @BeforeEach
  void lock() {
    state.lock();
  }

  @AfterEach
  void unlock() {
    state.unlock();
  }

  private void deliver(int count) {
    for (long offset = 0; offset < count; offset++) {
      inbox.deliver(
          new ReceivedMessage("t", 0, offset, 0, Instant.EPOCH, Message.of("m" + offset)));
    }
    state.becameReady(inbox);
  }

  private CompletableFuture<List<ReceivedMessage>> wait(int max) {
    CompletableFuture<List<ReceivedMessage>> future = new CompletableFuture<>();
    assertTrue(waiters.add(max, future));
    return future;
  }

  private void serveAll() {
    Runnable next = waiters.next(state, givenBack::addAll);
    while (next != null) {
      next.run();
      next = waiters.next(state, givenBack::addAll);
    }
  }

  @Test
  void theFirstToAskIsServedFirst() {
    CompletableFuture<List<ReceivedMessage>> first = wait(2);
    CompletableFuture<List<ReceivedMessage>> second = wait(2);
    serveAll();
    assertFalse(first.isDone());
    deliver(3);
    serveAll();
    assertEquals(2, first.join().size());
    assertEquals(1, second.join().size());
  }

  @Test
  void whatComesForOneThatIsCancelledGoesToTheNext() {
    CompletableFuture<List<ReceivedMessage>> first = wait(1);
    CompletableFuture<List<ReceivedMessage>> second = wait(1);
    assertTrue(first.cancel(false));
    deliver(1);
    serveAll();
    assertEquals(1, second.join().size());
    assertEquals(List.of(), givenBack);
  }

  @Test
  void whatWasTakenForOneThatIsCancelledJustThenIsGivenBack() {
    CompletableFuture<List<ReceivedMessage>> future = wait(1);
    deliver(1);
    Runnable completion = present(waiters.next(state, givenBack::addAll));
    assertTrue(future.cancel(false));
    completion.run();
    assertEquals(1, givenBack.size());
  }

  private static Runnable present(@org.jspecify.annotations.Nullable Runnable completion) {
    assertNotNull(completion);
    return completion;
  }

  @Test
  void theEndIsToldOnceNothingIsLeft() {
    CompletableFuture<List<ReceivedMessage>> first = wait(1);
    CompletableFuture<List<ReceivedMessage>> second = wait(1);
    deliver(1);
    state.end(new ArpeggioException(Reason.TOPIC_NOT_FOUND, "gone"));
    serveAll();
    assertEquals(1, first.join().size());
    assertEquals(Reason.TOPIC_NOT_FOUND, Eventually.failureOf(second).reason());
  }

  @Test
  void aClosedConsumerHandsOutNothing() {
    CompletableFuture<List<ReceivedMessage>> future = wait(1);
    deliver(1);
    state.end(Failures.closed("consumer"));
    serveAll();
    assertEquals(Reason.CLOSED, Eventually.failureOf(future).reason());
  }

  @Test
  void onlySoManyWait() {
    CompletableFuture<List<ReceivedMessage>> first = wait(1);
    for (int i = 1; i < Consumer.MAX_WAITING; i++) {
      assertTrue(waiters.add(1, new CompletableFuture<>()));
    }
    assertFalse(waiters.add(1, new CompletableFuture<>()));
    assertTrue(first.cancel(false));
    assertTrue(waiters.add(1, new CompletableFuture<>()));
    assertNull(waiters.next(state, givenBack::addAll));
  }
}

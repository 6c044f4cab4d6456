package dev.arpeggio.chord.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ThreadEventLoopTest {
  @Test
  void tasksRunInTheOrderOfSubmission() throws InterruptedException {
    try (ThreadEventLoop loop = new ThreadEventLoop("test")) {
      List<Integer> seen = new ArrayList<>();
      CountDownLatch done = new CountDownLatch(1);
      for (int i = 0; i < 1000; i++) {
        int number = i;
        loop.execute(() -> seen.add(number));
      }
      loop.execute(done::countDown);
      await(done);
      assertEquals(IntStream.range(0, 1000).boxed().toList(), seen);
    }
  }

  @Test
  void timersRunInTheOrderOfTheirTimes() throws InterruptedException {
    try (ThreadEventLoop loop = new ThreadEventLoop("test")) {
      List<String> seen = new ArrayList<>();
      CountDownLatch done = new CountDownLatch(1);
      loop.execute(
          () -> {
            loop.schedule(
                Duration.ofMillis(60),
                () -> {
                  seen.add("later");
                  done.countDown();
                });
            loop.schedule(Duration.ofMillis(20), () -> seen.add("sooner"));
            loop.schedule(Duration.ofMillis(10), () -> seen.add("never")).cancel();
          });
      await(done);
      assertEquals(List.of("sooner", "later"), seen);
    }
  }

  @Test
  void aTaskThatFailsDoesNotEndTheLoop() throws InterruptedException {
    try (ThreadEventLoop loop = new ThreadEventLoop("test")) {
      CountDownLatch done = new CountDownLatch(1);
      loop.execute(
          () -> {
            throw new IllegalStateException("thrown by a test, on purpose");
          });
      loop.execute(done::countDown);
      await(done);
      assertEquals(0, done.getCount());
    }
  }

  @Test
  void aClosedLoopDropsWhatItIsGiven() {
    ThreadEventLoop loop = new ThreadEventLoop("test");
    AtomicBoolean ran = new AtomicBoolean();
    loop.close();
    loop.execute(() -> ran.set(true));
    loop.schedule(Duration.ZERO, () -> ran.set(true)).cancel();
    loop.close();
    assertFalse(ran.get());
  }

  @Test
  void aTaskMayCloseItsLoop() throws InterruptedException {
    ThreadEventLoop loop = new ThreadEventLoop("test");
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          loop.close();
          done.countDown();
        });
    await(done);
    assertEquals(0, done.getCount());
  }

  /** The thread may be about to take what close() drops: it has to end all the same. */
  @Test
  void closingEndsTheThreadWhateverIsQueued() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < 5_000; round++) {
            ThreadEventLoop loop = new ThreadEventLoop("test");
            for (int task = round % 4; task > 0; task--) {
              loop.execute(() -> {});
            }
            loop.close();
          }
        });
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertTrue(latch.await(30, TimeUnit.SECONDS), "waited in vain");
  }
}

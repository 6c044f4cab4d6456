package dev.arpeggio.simulator.owners;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnerLoopTest {
  private final VirtualTime time = new VirtualTime();
  private final OwnerLoop loop = new OwnerLoop(time, 0);
  private final List<String> ran = new ArrayList<>();

  private void at(int millis, String name) {
    loop.schedule(Duration.ofMillis(millis), () -> ran.add(name + " at " + millis()));
  }

  private long millis() {
    return time.nowNanos() / 1_000_000;
  }

  private void runTo(int millis) {
    time.runUntil(millis * 1_000_000L);
  }

  @Test
  void aPauseThatGrowsKeepsTheOrderOfWhatFellDue() {
    at(5, "first");
    at(15, "second");
    at(35, "last");
    loop.pause(Duration.ofMillis(10));
    runTo(8);
    loop.pause(Duration.ofMillis(12));
    runTo(30);
    assertEquals(List.of("first at 20", "second at 20"), ran);
    runTo(40);
    assertEquals("last at 35", ran.get(2));
  }

  @Test
  void aTimerThatIsCancelledByAnEarlierOneAfterThePauseDoesNotRun() {
    List<EventLoop.Timer> timers = new ArrayList<>();
    loop.schedule(Duration.ofMillis(1), () -> timers.get(0).cancel());
    timers.add(loop.schedule(Duration.ofMillis(2), () -> ran.add("cancelled")));
    loop.pause(Duration.ofMillis(10));
    runTo(20);
    assertEquals(List.of(), ran);
  }

  @Test
  void theDeadRunNothing() {
    at(5, "held");
    loop.pause(Duration.ofMillis(10));
    runTo(8);
    loop.kill();
    runTo(20);
    assertEquals(List.of(), ran);
  }
}

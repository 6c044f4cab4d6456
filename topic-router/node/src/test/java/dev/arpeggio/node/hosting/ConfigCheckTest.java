package dev.arpeggio.node.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A change that nobody told of is found, whatever fails meanwhile; and nobody looks in vain. */
class ConfigCheckTest {
  private static final TopicName A = new TopicName("a");
  private static final TopicName B = new TopicName("b");
  private static final TopicConfig CHANGED = TopicConfig.builder().maxDeliveries(5).build();

  private final OneTimer loop = new OneTimer();
  private final TreeMap<TopicName, TopicConfig> stored = new TreeMap<>();
  private final List<TopicName> served = new ArrayList<>();
  private final List<String> found = new ArrayList<>();
  private final List<Completion<TopicConfig>> unanswered = new ArrayList<>();
  private boolean answering = true;
  private final ConfigCheck check =
      new ConfigCheck(
          loop,
          this::get,
          () -> served,
          (topic, config) -> found.add(topic + ":" + config.redelivery().maxDeliveries()));

  private void get(TopicName topic, Completion<TopicConfig> done) {
    TopicConfig config = stored.get(topic);
    if (!answering) {
      unanswered.add(done);
    } else if (config == null) {
      done.failed(QueueException.storeUnavailable("no answer", null));
    } else {
      done.succeeded(config);
    }
  }

  @Test
  void everyTopicIsLookedAtOnceARound() {
    stored.put(A, TopicConfig.defaults());
    stored.put(B, TopicConfig.defaults());
    served.addAll(List.of(A, B, A));
    check.start();
    check.start();
    assertEquals(List.of(), found);
    loop.fire();
    assertEquals(List.of("a:0", "b:0"), found);
    stored.put(B, CHANGED);
    loop.fire();
    assertEquals(List.of("a:0", "b:0", "a:0", "b:5"), found);
  }

  @Test
  void aTopicThatCannotBeReadDoesNotEndTheRound() {
    stored.put(B, CHANGED);
    served.addAll(List.of(A, B));
    check.start();
    loop.fire();
    assertEquals(List.of("b:5"), found);
    stored.put(A, CHANGED);
    loop.fire();
    assertEquals(List.of("b:5", "a:5", "b:5"), found);
  }

  @Test
  void nothingIsAskedWhileAnAnswerIsAwaited() {
    answering = false;
    served.addAll(List.of(A, B));
    check.start();
    loop.fire();
    assertEquals(1, unanswered.size());
    assertEquals(0, loop.timers());
    unanswered.get(0).succeeded(CHANGED);
    assertEquals(2, unanswered.size());
  }

  @Test
  void itRestsWhileNothingIsServedAndBeginsAgain() {
    stored.put(A, CHANGED);
    check.start();
    loop.fire();
    assertEquals(0, loop.timers());
    served.add(A);
    check.start();
    loop.fire();
    assertEquals(List.of("a:5"), found);
  }

  /** Runs its timer when the test says so. */
  private static final class OneTimer implements EventLoop {
    private final List<Runnable> due = new ArrayList<>();

    int timers() {
      return due.size();
    }

    void fire() {
      assertEquals(1, due.size());
      due.remove(0).run();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      assertEquals(ConfigCheck.INTERVAL, delay);
      due.add(task);
      return () -> due.remove(task);
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public long currentTimeMillis() {
      return 0;
    }

    @Override
    public boolean isCurrent() {
      return true;
    }
  }
}

package dev.arpeggio.node.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.NodeIdentity;
import dev.arpeggio.queue.OwnerContext;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.Standby;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.queue.ZooKeeperPort;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept warm is what was named lately, and no more than there is room for. */
class StandbysTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final PartitionId A = new PartitionId(TOPIC, 0);
  private static final PartitionId B = new PartitionId(TOPIC, 1);

  private final Clockwork loop = new Clockwork();
  private final List<PartitionId> made = new ArrayList<>();
  private final Standbys standbys = new Standbys(loop, this::make);

  @Test
  void whatIsNamedAgainIsKept() {
    for (int i = 0; i < 20; i++) {
      standbys.keep(List.of(A));
      loop.pass(Standbys.INTERVAL);
    }
    assertEquals(List.of(A), made);
  }

  @Test
  void whatIsNamedNoMoreIsForgotten() {
    standbys.keep(List.of(A, B));
    for (int i = 0; i < 10; i++) {
      loop.pass(Standbys.INTERVAL);
      standbys.keep(List.of(B));
    }
    standbys.keep(List.of(A, B));
    assertEquals(List.of(A, B, A), made);
  }

  @Test
  void itRestsWhileNothingIsKept() {
    standbys.keep(List.of(A));
    for (int i = 0; i < 10; i++) {
      loop.pass(Standbys.INTERVAL);
    }
    assertEquals(0, loop.tasks.size());
    standbys.keep(List.of(B));
    assertEquals(1, loop.tasks.size());
  }

  @Test
  void whatIsTakenOverIsNotKeptUntilItIsNamedAgain() {
    standbys.keep(List.of(A));
    standbys.promote(A);
    standbys.promote(B);
    standbys.keep(List.of(A));
    assertEquals(List.of(A, A), made);
  }

  @Test
  void thereIsABound() {
    standbys.keep(
        IntStream.range(0, Standbys.MAX_PARTITIONS + 5)
            .mapToObj(number -> new PartitionId(new TopicName("t" + number), 0))
            .toList());
    assertEquals(Standbys.MAX_PARTITIONS, made.size());
  }

  /** One that reads nothing, because its store never answers. */
  private Standby make(PartitionId id) {
    made.add(id);
    ZooKeeperPort mute =
        (ZooKeeperPort)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ZooKeeperPort.class},
                (proxy, method, arguments) -> null);
    return new Standby(
        new OwnerContext(
            new NodeIdentity("a", "a:1"),
            loop,
            mute,
            new SplittableRandom(1),
            PartitionOptions.defaults()),
        id);
  }

  /** Time passes when the test says so. */
  private static final class Clockwork implements EventLoop {
    private record Due(long nanos, Runnable task) {}

    private final List<Due> tasks = new ArrayList<>();
    private long nowNanos;

    void pass(Duration time) {
      nowNanos += time.toNanos();
      for (Due due : List.copyOf(tasks)) {
        if (due.nanos() <= nowNanos) {
          tasks.remove(due);
          due.task().run();
        }
      }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      Due due = new Due(nowNanos + delay.toNanos(), task);
      tasks.add(due);
      return () -> tasks.remove(due);
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public long nanoTime() {
      return nowNanos;
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

package dev.arpeggio.chord;

import dev.arpeggio.chord.RingView.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one node's answer costs: who owns a key, or who is nearer to it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LookupStepBenchmark {
  private static final IdSpace SPACE = IdSpace.DEFAULT;
  private static final int SUCCESSORS = 4;
  private static final int KEYS = 1_024;

  @Param({"64", "100000"})
  private int members;

  private final RingId[] keys = new RingId[KEYS];
  private Router router;
  private int next;

  @Setup
  public void fill() {
    TreeMap<RingId, Peer> ring = new TreeMap<>();
    for (int i = 0; i < members; i++) {
      Peer peer = Peer.at(SPACE, "grpc://10.0.0.1:" + i);
      ring.put(peer.id(), peer);
    }
    Peer self = ring.firstEntry().getValue();
    List<Peer> successors = ring.values().stream().skip(1).limit(SUCCESSORS).toList();
    Neighbourhood neighbourhood =
        new Neighbourhood(
            SPACE, self, SUCCESSORS, ProtocolRules.CORRECT, new NoLoop(), new RingListener() {});
    neighbourhood.become(Status.MEMBER, ring.lastEntry().getValue(), successors);
    FingerTable fingers = new FingerTable(SPACE.bits());
    for (int i = SPACE.bits() - 1; i >= 0; i--) {
      RingId place = SPACE.plus(self.id(), 1L << i);
      Map.Entry<RingId, Peer> owner = ring.ceilingEntry(place);
      Map.Entry<RingId, Peer> before = ring.lowerEntry(place);
      if (owner != null && before != null && !before.getValue().equals(self)) {
        fingers.set(i, new Finger(before.getValue(), owner.getValue()));
      }
    }
    router = new Router(neighbourhood, fingers, ProtocolRules.CORRECT);
    Random random = new Random(1);
    for (int i = 0; i < KEYS; i++) {
      keys[i] = SPACE.of(random.nextLong());
    }
  }

  @Benchmark
  public Object route() {
    next = (next + 1) % KEYS;
    return router.route(keys[next], List.of());
  }

  /** Nothing is ever to be done later here, and who is told of what does not matter. */
  private static final class NoLoop implements EventLoop {
    @Override
    public void execute(Runnable task) {
      // A listener's events.
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return () -> {};
    }
  }
}

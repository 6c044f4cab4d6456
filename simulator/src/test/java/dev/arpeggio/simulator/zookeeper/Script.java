package dev.arpeggio.simulator.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What several sessions do, one after the other; drawn from a seed. */
record Script(int sessions, List<Step> steps) {
  private static final List<String> PATHS =
      List.of("/a", "/b", "/c", "/a/x", "/a/y", "/b/x", "/a/x/q", "/b/x/q");

  /** What one session does before anybody else does something. */
  sealed interface Step {
    int session();

    /** Requests that are sent without waiting for answers. */
    record Burst(int session, List<Act> acts) implements Step {}

    /** The session ends in order, and a new one takes its place. */
    record End(int session) implements Step {}

    /** The session is ended by the server, and the client goes on to the next. */
    record Expire(int session) implements Step {}
  }

  /** One request. */
  sealed interface Act {
    record Get(String path, boolean watch) implements Act {}

    record Children(String path, boolean watch) implements Act {}

    record Exists(String path, boolean watch) implements Act {}

    record Watch(String path) implements Act {}

    record Sync(String path) implements Act {}

    record Create(String path, String data, Mode mode) implements Act {}

    record Set(String path, String data, int version) implements Act {}

    record Delete(String path, int version) implements Act {}

    record Multi(List<Op> operations) implements Act {}
  }

  static Script of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int sessions = random.nextInt(2, 4);
    List<Step> steps = new ArrayList<>();
    int count = random.nextInt(4, 10);
    for (int i = 0; i < count; i++) {
      int session = random.nextInt(sessions);
      int kind = random.nextInt(40);
      if (kind == 0) {
        steps.add(new Step.Expire(session));
      } else if (kind <= 2) {
        steps.add(new Step.End(session));
      } else {
        List<Act> acts = new ArrayList<>();
        int size = random.nextInt(1, 9);
        for (int j = 0; j < size; j++) {
          acts.add(act(random));
        }
        steps.add(new Step.Burst(session, acts));
      }
    }
    return new Script(sessions, steps);
  }

  private static Act act(SplittableRandom random) {
    String path = path(random);
    boolean watch = random.nextBoolean();
    return switch (random.nextInt(20)) {
      case 0, 1 -> new Act.Get(path, watch);
      case 2, 3 -> new Act.Children(random.nextInt(4) == 0 ? "/" : path, watch);
      case 4, 5 -> new Act.Exists(path, watch);
      case 6 -> random.nextInt(3) == 0 ? new Act.Watch(path) : new Act.Sync(path);
      case 7, 8, 9, 10 -> new Act.Create(path, data(random), Mode.PERSISTENT);
      case 11 -> new Act.Create(path, data(random), Mode.EPHEMERAL);
      case 12, 13 -> new Act.Set(path, data(random), version(random));
      case 14, 15 -> new Act.Delete(path, version(random));
      default -> new Act.Multi(operations(random));
    };
  }

  private static List<Op> operations(SplittableRandom random) {
    List<Op> operations = new ArrayList<>();
    // An empty one is answered by the real client itself, whenever its thread comes to it.
    int count = random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      String path = path(random);
      operations.add(
          switch (random.nextInt(6)) {
            case 0 -> new Op.Check(path, version(random));
            case 1 -> new Op.Set(path, data(random).getBytes(UTF_8), version(random));
            case 2 -> new Op.Delete(path, version(random));
            default -> new Op.Create(path, data(random).getBytes(UTF_8));
          });
    }
    return operations;
  }

  private static String path(SplittableRandom random) {
    return PATHS.get(random.nextInt(PATHS.size()));
  }

  private static String data(SplittableRandom random) {
    return random.nextInt(8) == 0 ? "" : "d" + random.nextInt(100);
  }

  private static int version(SplittableRandom random) {
    return random.nextInt(-1, 3);
  }
}

package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fake of these tests and real servers carry out the same random operations, through the same
 * port: all have to give the same answers, by whichever way they are reached.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FakeZooKeeperTest {
  private static final int SCRIPTS = Integer.getInteger("fake.scripts", 60);
  private static final int STEPS = 12;
  private static final int SESSIONS = 2;
  private static final List<String> PATHS =
      List.of("", "/a", "/b", "/a/x", "/a/y", "/b/x", "/a/x/q");

  private final Map<Way, Real> real = new EnumMap<>(Way.class);

  /** How requests come to a server. */
  private enum Way {
    SOCKET,
    WITHIN_THE_PROCESS
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    for (Way way : Way.values()) {
      real.put(way, new Real(way, directory.resolve(way.name())));
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (Real each : real.values()) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFakeDoesWhatARealServerDoes(Way way) throws Exception {
    Real servers = Objects.requireNonNull(real.get(way));
    for (int seed = 1; seed <= SCRIPTS; seed++) {
      assertEquals(perform(seed, servers), perform(seed, new Fake(Flaw.NONE)), "script " + seed);
    }
  }

  @Test
  void everyMistakeOfAFakeIsSeen() throws Exception {
    for (Flaw flaw : Flaw.values()) {
      boolean seen = false;
      for (int seed = 1; seed <= SCRIPTS && !seen; seed++) {
        seen = !perform(seed, new Fake(flaw)).equals(perform(seed, new Fake(Flaw.NONE)));
      }
      assertEquals(flaw != Flaw.NONE, seen, flaw.name());
    }
  }

  @Test
  void theScriptsMeetEveryAnswer() throws Exception {
    var all = new ArrayList<String>();
    for (int seed = 1; seed <= SCRIPTS; seed++) {
      all.addAll(perform(seed, new Fake(Flaw.NONE)));
    }
    for (String code : List.of("OK", "NO_NODE", "NODE_EXISTS", "BAD_VERSION", "NOT_EMPTY")) {
      long single = all.stream().filter(line -> line.contains(" " + code)).count();
      long multi = all.stream().filter(line -> line.startsWith("multi " + code)).count();
      assertTrue(single > 5 && multi > 2, code + ": " + single + ", " + multi);
    }
  }

  // ---- What is done.

  /** Whoever carries a script out. */
  private interface Subject {
    /** Runs requests of a session, and waits for that many answers. */
    void burst(int session, int answers, Consumer<ZooKeeperPort> requests, CountDownLatch done)
        throws Exception;

    /** The session ends, and another one takes its place. */
    void end(int session) throws Exception;
  }

  private List<String> perform(int seed, Subject subject) throws Exception {
    var random = new SplittableRandom(seed);
    var answers = new Answers();
    String root = "/script-" + seed;
    burst(subject, 0, List.of((port, done) -> answers.create(port, root, "", false, done)));
    for (int step = 0; step < STEPS; step++) {
      int session = random.nextInt(SESSIONS);
      if (random.nextInt(15) == 0) {
        subject.end(session);
        continue;
      }
      var acts = new ArrayList<BiConsumer<ZooKeeperPort, Runnable>>();
      int count = random.nextInt(1, 17);
      for (int i = 0; i < count; i++) {
        acts.add(act(random, root, answers));
      }
      burst(subject, session, acts);
    }
    return List.copyOf(answers.lines);
  }

  private static void burst(
      Subject subject, int session, List<BiConsumer<ZooKeeperPort, Runnable>> acts)
      throws Exception {
    var done = new CountDownLatch(acts.size());
    subject.burst(
        session, acts.size(), port -> acts.forEach(act -> act.accept(port, done::countDown)), done);
  }

  private static BiConsumer<ZooKeeperPort, Runnable> act(
      SplittableRandom random, String root, Answers answers) {
    String path = root + PATHS.get(random.nextInt(PATHS.size()));
    String data = "d" + random.nextInt(100);
    int version = random.nextInt(-1, 3);
    boolean ephemeral = random.nextInt(4) == 0;
    List<Op> operations = operations(random, root);
    return switch (random.nextInt(12)) {
      case 0 -> (port, done) -> answers.get(port, path, done);
      case 1 -> (port, done) -> answers.children(port, path, done);
      case 2 -> (port, done) -> answers.exists(port, path, done);
      case 3, 4, 5 -> (port, done) -> answers.create(port, path, data, ephemeral, done);
      case 6, 7 -> (port, done) -> answers.set(port, path, data, version, done);
      case 8 -> (port, done) -> answers.delete(port, path, version, done);
      default -> (port, done) -> answers.multi(port, operations, done);
    };
  }

  private static List<Op> operations(SplittableRandom random, String root) {
    var operations = new ArrayList<Op>();
    int count = random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      String path = root + PATHS.get(random.nextInt(PATHS.size()));
      int version = random.nextInt(-1, 3);
      byte[] data = ("m" + random.nextInt(100)).getBytes(UTF_8);
      operations.add(
          switch (random.nextInt(6)) {
            case 0 -> new Op.Check(path, version);
            case 1 -> new Op.Set(path, data, version);
            case 2 -> new Op.Delete(path, version);
            default -> new Op.Create(path, data);
          });
    }
    return operations;
  }

  /** What was answered, with numbers in the order of their first appearance. */
  private static final class Answers {
    private final List<String> lines = new ArrayList<>();
    private final Map<Long, Integer> transactions = new LinkedHashMap<>();
    private final Map<Long, Integer> owners = new LinkedHashMap<>(Map.of(0L, 0));

    private <T> Consumer<ZooKeeperPort.Reply<T>> line(
        String what, Consumer<T> value, Runnable done) {
      return reply -> {
        lines.add(what + " " + reply.code());
        if (reply.isOk()) {
          value.accept(reply.get());
        }
        done.run();
      };
    }

    private void stat(ZooKeeperPort.Stat stat) {
      lines.add(
          "  v"
              + stat.version()
              + " t"
              + transactions.computeIfAbsent(stat.creationId(), id -> transactions.size())
              + " o"
              + owners.computeIfAbsent(stat.ephemeralOwner(), id -> owners.size()));
    }

    void get(ZooKeeperPort port, String path, Runnable done) {
      port.get(
          path,
          line(
              "get " + path,
              node -> {
                lines.add("  " + new String(node.data(), UTF_8));
                stat(node.stat());
              },
              done));
    }

    void children(ZooKeeperPort port, String path, Runnable done) {
      Consumer<List<String>> names = found -> lines.add("  " + found.stream().sorted().toList());
      port.children(path, line("children " + path, names, done));
    }

    void exists(ZooKeeperPort port, String path, Runnable done) {
      port.exists(path, line("exists " + path, this::stat, done));
    }

    void create(ZooKeeperPort port, String path, String data, boolean ephemeral, Runnable done) {
      var mode = ephemeral ? ZooKeeperPort.Mode.EPHEMERAL : ZooKeeperPort.Mode.PERSISTENT;
      port.create(path, data.getBytes(UTF_8), mode, line("create " + path, unused -> {}, done));
    }

    void set(ZooKeeperPort port, String path, String data, int version, Runnable done) {
      port.set(path, data.getBytes(UTF_8), version, line("set " + path, this::stat, done));
    }

    void delete(ZooKeeperPort port, String path, int version, Runnable done) {
      port.delete(path, version, line("delete " + path, unused -> {}, done));
    }

    void multi(ZooKeeperPort port, List<Op> operations, Runnable done) {
      port.multi(
          operations,
          reply -> {
            lines.add("multi " + reply.code() + " at " + reply.failedOperation());
            done.run();
          });
    }
  }

  // ---- Who does it.

  private static final class Real implements Subject {
    private final Way way;
    private final EmbeddedZooKeeper server;
    private final List<RealNode> nodes = new ArrayList<>();

    Real(Way way, Path directory) throws Exception {
      this.way = way;
      server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
      for (int session = 0; session < SESSIONS; session++) {
        nodes.add(connect(session));
      }
    }

    private RealNode connect(int session) throws Exception {
      String name = "s" + session;
      return switch (way) {
        case SOCKET -> new RealNode(name, server.connectString(), PartitionOptions.defaults());
        case WITHIN_THE_PROCESS -> new RealNode(name, server, PartitionOptions.defaults());
      };
    }

    void close() throws Exception {
      nodes.forEach(RealNode::close);
      server.close();
    }

    @Override
    public void burst(
        int session, int answers, Consumer<ZooKeeperPort> requests, CountDownLatch done)
        throws Exception {
      RealNode node = nodes.get(session);
      node.loop.execute(() -> requests.accept(node.port));
      assertTrue(done.await(60, TimeUnit.SECONDS), "not all of " + answers + " answers came");
    }

    @Override
    public void end(int session) throws Exception {
      nodes.get(session).close();
      nodes.set(session, connect(session));
    }
  }

  /** A mistake that a fake could make. */
  private enum Flaw {
    NONE,
    VERSIONS_IGNORED,
    MULTI_IN_PARTS,
    POSITION_LOST,
    NOTHING_EPHEMERAL
  }

  private static final class Fake implements Subject {
    private final ManualLoop loop = new ManualLoop();
    private final List<FakePort> ports = new ArrayList<>();
    private final UnaryOperator<ZooKeeperPort> flaw;

    Fake(Flaw flaw) {
      this.flaw = port -> flaw == Flaw.NONE ? port : new Flawed(flaw, port);
      var zooKeeper = new FakeZooKeeper();
      for (int session = 0; session < SESSIONS; session++) {
        ports.add(new FakePort(zooKeeper, loop, 1 + session));
      }
    }

    @Override
    public void burst(
        int session, int answers, Consumer<ZooKeeperPort> requests, CountDownLatch done) {
      requests.accept(flaw.apply(ports.get(session)));
      loop.run();
      assertEquals(0, done.getCount(), "not all of " + answers + " answers came");
    }

    @Override
    public void end(int session) {
      ports.get(session).expire(request -> false);
      loop.run();
    }
  }

  private static final class Flawed extends ForwardingPort {
    private final Flaw flaw;

    Flawed(Flaw flaw, ZooKeeperPort port) {
      super(port);
      this.flaw = flaw;
    }

    @Override
    public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
      super.create(path, data, flaw == Flaw.NOTHING_EPHEMERAL ? Mode.PERSISTENT : mode, callback);
    }

    @Override
    public void set(String path, byte[] data, int version, Consumer<Reply<Stat>> callback) {
      super.set(path, data, flaw == Flaw.VERSIONS_IGNORED ? ANY_VERSION : version, callback);
    }

    @Override
    public void multi(List<Op> operations, Consumer<MultiReply> callback) {
      switch (flaw) {
        case MULTI_IN_PARTS -> parts(operations, 0, callback);
        case POSITION_LOST ->
            super.multi(operations, reply -> callback.accept(new MultiReply(reply.code(), -1)));
        default -> super.multi(operations, callback);
      }
    }

    private void parts(List<Op> operations, int at, Consumer<MultiReply> callback) {
      super.multi(
          operations.subList(at, at + 1),
          reply -> {
            if (!reply.isOk()) {
              callback.accept(new MultiReply(reply.code(), at));
            } else if (at + 1 < operations.size()) {
              parts(operations, at + 1, callback);
            } else {
              callback.accept(reply);
            }
          });
    }
  }
}

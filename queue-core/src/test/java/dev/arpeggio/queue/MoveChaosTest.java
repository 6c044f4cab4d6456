package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages that become dead letters while the owners of both topics come and go, connections break
 * at any request, and what one owner sent to the other gets lost, is answered in vain, or arrives
 * after its sender is gone. In virtual time; a failure names its seed.
 */
class MoveChaosTest {
  private static final int SEEDS = Integer.getInteger("chaos.seeds", 60);
  private static final long FIRST_SEED = Long.getLong("chaos.first", 1);
  private static final int STEPS = 500;
  private static final int PLANTED_SEEDS = 60;
  private static final String SUBSCRIPTION = "default";
  private static final PartitionId DEAD = new PartitionId(new TopicName("orders.dead"), 0);

  /** A bug that the checks have to find. */
  private enum Plant {
    NONE(false),
    /** A move is taken for confirmed when it was only sent. */
    CONFIRMED_WHEN_SENT(false),
    /** The target does not recognise repeats. */
    NO_PRODUCER(false),
    /** Who sends is not stored before it is sent: the successor sends as somebody else. */
    PRODUCER_NOT_STORED(true),
    /** What is under way is acknowledged before it is confirmed. */
    ACKNOWLEDGED_WHEN_SENT(true),
    /** What is under way is not stored at all. */
    MOVES_NOT_STORED(true);

    private final boolean inStore;

    Plant(boolean inStore) {
      this.inStore = inStore;
    }
  }

  @Test
  void whatIsMovedArrivesOnceAndNothingIsLost() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        new Run(seed, Plant.NONE).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": run again with -Dchaos.first=" + seed + " -Dchaos.seeds=1", e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void plantedBugsAreFound(Plant plant) {
    String found = null;
    for (long seed = 1; seed <= PLANTED_SEEDS && found == null; seed++) {
      try {
        new Run(seed, plant).run();
      } catch (AssertionError e) {
        found = "seed " + seed + ": " + e.getMessage();
      }
    }
    assertNotNull(found, plant + " was not found");
  }

  /** One course of events. */
  private static final class Run implements Outlet {
    private final Random random;
    private final Plant plant;
    private final World world;
    private final List<Owner> owners = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final Set<Long> acknowledged = new HashSet<>(); // or tried to
    private final Set<Long> rejected = new HashSet<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private Owner current;
    private Owner dead;
    private boolean healed;
    private int names;
    private long published;

    /** An append on its way from one owner to the other. */
    private record Sent(Batch batch, Completion<Appended> done) {}

    Run(long seed, Plant plant) {
      this.random = new Random(seed);
      this.plant = plant;
      var config =
          TopicConfig.builder()
              .maxDeliveries(2)
              .lease(Duration.ofSeconds(2))
              .backoff(Duration.ofMillis(50), Duration.ofSeconds(1))
              .build();
      world = new World(config, options());
      world.createTopic(DEAD.topic(), TopicConfig.defaults());
      world.outlet = this;
      current = takeOver();
      dead = takeOverDead();
      settle();
      // So that nothing of the dead letters is deleted before it was looked at.
      dead.port.letGo();
      dead.consume("keeper", 1, 0);
      dead.port.hold();
    }

    private PartitionOptions options() {
      return new PartitionOptions(
          1 << 20,
          random.nextBoolean() ? 2_000 : 1 << 20,
          4,
          random.nextBoolean() ? 20 : 200,
          Duration.ofSeconds(8),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ZERO);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        act();
        world.loop.run();
      }
      heal();
      check();
    }

    private void act() {
      switch (random.nextInt(18)) {
        case 0, 1, 2 -> publish();
        case 3, 4, 5, 6, 7 -> {
          FakePort port = anyPort();
          port.answer(random.nextInt(port.pendingRequests() + 1));
        }
        case 8 -> settle();
        case 9 -> loseConnection(anyPort());
        case 10 -> {
          if (!late.isEmpty()) {
            late.remove(random.nextInt(late.size())).run();
          }
        }
        case 11 ->
            world.after(Duration.ofMillis(random.nextInt(random.nextInt(4) == 0 ? 3_000 : 100)));
        case 12 -> {
          if (random.nextInt(4) == 0) {
            current = takeOver();
          } else if (random.nextInt(6) == 0) {
            dead = takeOverDead();
          }
        }
        case 13, 14, 15 -> pass();
        default -> consume();
      }
    }

    private FakePort anyPort() {
      return switch (random.nextInt(5)) {
        case 0, 1, 2 -> current.port;
        case 3 -> dead.port;
        default -> owners.get(random.nextInt(owners.size())).port;
      };
    }

    private void publish() {
      String body = "m" + published++;
      current.partition.append(
          Wire.batch(body),
          Completion.of(
              appended -> offsets.put(body, appended.lastOffset().orElseThrow()), error -> {}));
    }

    private void loseConnection(FakePort port) {
      if (random.nextInt(3) == 0) {
        port.loseOldest(random.nextInt(port.pendingRequests() + 1));
        return;
      }
      long applied = random.nextLong();
      long delayed = random.nextBoolean() ? random.nextLong() : 0;
      late.addAll(port.loseConnection(i -> (applied >> i & 1) == 1, i -> (delayed >> i & 1) == 1));
    }

    private Owner takeOver() {
      plantInStore();
      Owner owner = world.owner("n" + names++);
      owner.port.hold();
      owners.add(owner);
      owner.opening();
      return owner;
    }

    private Owner takeOverDead() {
      Owner owner = world.owner("d" + names++, DEAD, TopicConfig.defaults());
      owner.port.hold();
      owners.add(owner);
      owner.opening();
      return owner;
    }

    private void settle() {
      for (int i = 0; i < 30; i++) {
        current.port.answer(current.port.pendingRequests());
        dead.port.answer(dead.port.pendingRequests());
        world.loop.run();
      }
    }

    // ---- The way between the owners.

    @Override
    public void place(
        TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done) {
      if (!healed && random.nextInt(4) == 0) {
        done.failed(QueueException.storeUnavailable("not now", null));
      } else {
        done.succeeded(DEAD);
      }
    }

    @Override
    public void append(PartitionId target, Batch batch, Completion<Appended> done) {
      var asSent =
          plant == Plant.NO_PRODUCER ? new Batch(null, 0, batch.count(), batch.messages()) : batch;
      if (healed) {
        dead.partition.append(asSent, done);
      } else {
        sent.add(new Sent(asSent, done));
        if (plant == Plant.CONFIRMED_WHEN_SENT && random.nextInt(4) == 0) {
          Sent last = sent.remove(sent.size() - 1);
          last.done().succeeded(new Appended(OptionalLong.empty()));
        }
      }
    }

    /** Something becomes of one of the appends that are on their way. */
    private void pass() {
      if (sent.isEmpty()) {
        return;
      }
      Sent one = sent.remove(random.nextInt(sent.size()));
      var unknown = QueueException.outcomeUnknown("the connection broke");
      Completion<Appended> inVain = Completion.of(appended -> {}, error -> {});
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> dead.partition.append(one.batch(), one.done());
        case 3 -> {
          dead.partition.append(one.batch(), inVain);
          one.done().failed(unknown);
        }
        case 4 -> {
          late.add(() -> dead.partition.append(one.batch(), inVain));
          one.done().failed(unknown);
        }
        default -> one.done().failed(QueueException.notOwner(DEAD, null, null));
      }
    }

    // ---- Consumers.

    private void consume() {
      Owner owner = current;
      if (owner.partition.isServed()) {
        var sink = new Handler();
        owner.partition.attach(
            SUBSCRIPTION,
            new ConsumerId(0, random.nextInt(3)),
            sink,
            Completion.of(
                handle -> {
                  sink.handle = handle;
                  handle.credit(1 + random.nextInt(20));
                },
                error -> {}));
      }
    }

    /** Does something with each message that it gets. */
    private final class Handler implements ConsumerSink {
      private @Nullable ConsumerHandle handle;

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void deliver(Delivery delivery) {
        ConsumerHandle own = handle;
        if (own != null) {
          for (int i = 0; i < delivery.count(); i++) {
            handle(own, delivery.firstOffset() + i);
          }
        }
      }

      private void handle(ConsumerHandle own, long offset) {
        var range = List.of(new OffsetRange(offset, 1));
        switch (random.nextInt(5)) {
          case 0 -> {
            // May take effect also if that is not known.
            acknowledged.add(offset);
            own.acknowledge(range, new Recorded<>());
          }
          case 1 ->
              own.reject(range, "bad", Completion.of(done -> rejected.add(offset), error -> {}));
          case 2, 3 -> world.loop.execute(() -> own.retryLater(range));
          default -> {
            // Its lease ends.
          }
        }
      }

      @Override
      public void closed(QueueException why) {}
    }

    // ---- The end.

    private void heal() {
      healed = true;
      late.forEach(Runnable::run);
      owners.forEach(owner -> owner.port.letGo());
      world.after(Duration.ofSeconds(20));
      // Answers to the dead, and what the dead still send, come last.
      for (Sent one : List.copyOf(sent)) {
        dead.partition.append(one.batch(), Completion.of(appended -> {}, error -> {}));
        one.done().failed(QueueException.outcomeUnknown("never answered"));
      }
      sent.clear();
      dead = takeOverDead();
      dead.port.letGo();
      current = takeOver();
      current.port.letGo();
      // Longer than any wait between two tries.
      world.after(Duration.ofMinutes(2));
      for (int i = 0; i < 5; i++) {
        var rest = current.consume(SUBSCRIPTION, 7, 1_000_000);
        for (long offset : rest.sink().offsets()) {
          var confirmed = rest.acknowledge(offset, 1);
          world.loop.run();
          assertTrue(confirmed.isSuccess());
          acknowledged.add(offset);
        }
        world.after(Duration.ofSeconds(5));
      }
    }

    private void check() {
      var stats = current.subscription(SUBSCRIPTION);
      assertEquals(0, stats.backlog(), "left over");
      assertEquals(0, stats.moves().underWay(), "still under way");
      var letters = Wire.messages(dead.consume("keeper", 2, 1_000_000).sink());
      var arrived = new TreeSet<Long>();
      for (Wire.Message letter : letters) {
        String offset = letter.origin("offset");
        assertNotNull(offset);
        assertTrue(arrived.add(Long.parseLong(offset)), "moved twice: " + offset);
        assertEquals(
            offsets.getOrDefault(letter.body(), Long.parseLong(offset)).toString(), offset);
      }
      for (long offset : rejected) {
        assertTrue(arrived.contains(offset), "rejected and lost: " + offset);
      }
      for (long offset : offsets.values()) {
        assertTrue(arrived.contains(offset) || acknowledged.contains(offset), "lost: " + offset);
      }
    }

    // ---- Bugs in what is stored, as seen by the next owner.

    private void plantInStore() {
      String path = world.paths.subscription(SUBSCRIPTION);
      var node = world.zooKeeper.get(path);
      if (!node.isOk() || !plant.inStore) {
        return;
      }
      try {
        Cursor stored = Cursor.decode(path, node.get().data());
        var lanes = new ArrayList<MoveLane.State>();
        var done = new RangeSet();
        stored.acknowledged().forEach(range -> done.add(range.first(), range.end()));
        for (MoveLane.State lane : stored.lanes()) {
          if (plant == Plant.PRODUCER_NOT_STORED) {
            lanes.add(
                new MoveLane.State(
                    lane.topic(),
                    lane.partition(),
                    lane.redrive(),
                    new ProducerId(random.nextLong(), random.nextLong()),
                    lane.nextSequence(),
                    lane.moves()));
          } else if (plant == Plant.ACKNOWLEDGED_WHEN_SENT) {
            lane.moves().forEach(move -> done.add(move.first(), move.end()));
          }
        }
        var changed =
            new Cursor(
                stored.kind(),
                stored.floor(),
                done.toList(),
                stored.redeliveries(),
                stored.waits(),
                lanes);
        world.zooKeeper.set(path, changed.encode(), ZooKeeperPort.ANY_VERSION);
      } catch (QueueException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

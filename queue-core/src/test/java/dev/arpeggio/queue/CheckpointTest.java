package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** How soon a new owner knows all producers, and that it knows them. */
class CheckpointTest {
  private final World world = new World();

  private static Batch batch(int number) {
    return Messages.batch(new ProducerId(7, number), 3, List.of("m" + number));
  }

  private void store(Owner owner, int from, int to) {
    for (int i = from; i < to; i++) {
      var appended = owner.append(batch(i));
      world.loop.run();
      appended.value();
    }
  }

  private static void isRecognised(Recorded<Appended> repeat, long offset) {
    assertEquals(OptionalLong.of(offset), repeat.value().lastOffset());
  }

  @Test
  void aTakeoverReadsFewSegmentsBeforeItAdmitsBatches() {
    store(world.owner("a").open(), 0, 300);

    var successor = world.owner("b");
    var opening = successor.opening();
    var repeats = new java.util.ArrayList<Recorded<Appended>>();
    world.loop.runUntil(opening::isDone);
    for (int i = 0; i < 300; i++) {
      repeats.add(successor.append(batch(i)));
    }
    world.loop.runUntil(() -> repeats.get(299).isDone());

    int read = successor.port.segmentsRead();
    assertTrue(read > 0 && read < 100, "read " + read);
    for (int i = 0; i < 300; i++) {
      isRecognised(repeats.get(i), i);
    }
    world.loop.run();
    assertEquals(300, successor.port.segmentsRead());
    assertEquals(300, successor.partition.stats().nextOffset());
  }

  @Test
  void anOwnerThatReleasesItsPartitionLeavesNothingToBeReadFirst() {
    var owner = world.owner("a").open();
    store(owner, 0, 30);
    owner.partition.release(() -> {});
    world.after(Duration.ofSeconds(1));

    var successor = world.owner("b");
    var opening = successor.opening();
    world.loop.runUntil(opening::isDone);
    var repeat = successor.append(batch(7));

    assertTrue(repeat.isDone());
    isRecognised(repeat, 7);
    assertEquals(0, successor.port.segmentsRead());
  }

  @Test
  void repeatsAreRecognisedWhicheverCheckpointTookEffectAndOwnersDiedWhere() {
    // 64 segments make a checkpoint: the connection is lost around it, at every point.
    for (int died = 60; died < 70; died++) {
      for (boolean applied : List.of(true, false)) {
        var fresh = new World();
        var owner = fresh.owner("a").open();
        for (int i = 0; i < died; i++) {
          owner.append(batch(i));
          fresh.loop.run();
        }
        owner.port.hold();
        owner.append(batch(died));
        owner.port.loseConnection(i -> applied);

        var successor = fresh.owner("b").open();
        for (int i = 0; i <= died; i++) {
          var repeat = successor.append(batch(i));
          fresh.loop.run();
          isRecognised(repeat, i);
        }
        assertEquals(died + 1, successor.partition.stats().nextOffset());
        owner.port.letGo();
        fresh.after(Duration.ofSeconds(1));
        assertFalse(owner.partition.isServed());
      }
    }
  }

  @Test
  void whatIsInFlightIsNotCountedAsKnown() {
    // A table that covers a commit which never took effect would make its repeat look stored.
    var owner = world.owner("a").open();
    store(owner, 0, 62);
    owner.port.hold();
    String large = "x".repeat(230_000);
    for (int i = 0; i < 6; i++) {
      owner.append(Messages.batch(new ProducerId(8, i), 0, List.of(large)));
      owner.append(Messages.batch(new ProducerId(9, i), 0, List.of(large)));
    }
    assertTrue(owner.port.pendingRequests() >= 3);
    owner.port.loseConnection(i -> i != 1);

    var successor = world.owner("b").open();

    assertEquals(0, successor.lost.size());
    long next = successor.partition.stats().nextOffset();
    var repeat = successor.append(Messages.batch(new ProducerId(9, 5), 0, List.of(large)));
    world.loop.run();
    isRecognised(repeat, next);
  }

  @Test
  void aLogThatIsShorterThanItWasWhenItsProducersWereStoredIsReported() {
    var owner = world.owner("a").open();
    store(owner, 0, 30);
    owner.partition.release(() -> {});
    world.after(Duration.ofSeconds(1));
    world.zooKeeper.delete(world.segmentAt(29), ZooKeeperPort.ANY_VERSION);

    var opening = world.owner("b").opening();
    world.loop.run();

    assertEquals(Reason.STORE_CORRUPT, opening.reason());
    assertNotNull(opening.failure().details().get("path"));
  }
}

package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many partitions of one loop that each have little to write. */
class SharedCommitsTest {
  private final ManualLoop loop = new ManualLoop();
  private final FakeZooKeeper zooKeeper = new FakeZooKeeper();

  private Node cluster(int partitions) {
    var admin = new FakePort(zooKeeper, loop, 1);
    var opened = new Recorded<Done>();
    Store.open(admin, opened);
    loop.run();
    opened.value();
    var created = new Recorded<TopicConfig>();
    var config = TopicConfig.builder().partitions(partitions).build();
    new TopicCatalog(admin).create(World.TOPIC, config, created);
    loop.run();
    created.value();
    return new Node("a", partitions);
  }

  /** One node with all partitions of the topic. */
  private final class Node {
    final FakePort port;
    final OwnerContext context;
    final List<Partition> partitions = new ArrayList<>();
    final List<Integer> lost = new ArrayList<>();

    Node(String name, int count) {
      port = new FakePort(zooKeeper, loop, name.hashCode());
      context =
          new OwnerContext(
              new NodeIdentity(name, name + ":7000"),
              loop,
              port,
              new Random(name.hashCode()),
              PartitionOptions.defaults());
      for (int i = 0; i < count; i++) {
        int number = i;
        partitions.add(open(i, why -> lost.add(number)));
      }
      loop.run();
    }

    Partition open(int number, PartitionListener listener) {
      var partition =
          new Partition(
              context, new PartitionId(World.TOPIC, number), TopicConfig.defaults(), listener);
      var opened = new Recorded<Epoch>();
      partition.open(opened);
      loop.run();
      opened.value();
      return partition;
    }

    Recorded<Appended> append(int partition, String... texts) {
      var appended = new Recorded<Appended>();
      partitions.get(partition).append(Messages.batch(texts), appended);
      return appended;
    }

    List<Recorded<Appended>> appendToAll(String text) {
      var appends = new ArrayList<Recorded<Appended>>();
      for (int i = 0; i < partitions.size(); i++) {
        appends.add(append(i, text));
      }
      return appends;
    }
  }

  @Test
  void aThousandPartitionsWithAMessageEachTakeAFewMultis() {
    var node = cluster(1_000);
    for (int round = 0; round < 2; round++) {
      int before = node.port.multis();
      var appends = node.appendToAll("m" + round);
      loop.run();

      for (var append : appends) {
        assertEquals(OptionalLong.of(round), append.value().lastOffset());
      }
      int multis = node.port.multis() - before;
      assertTrue(multis <= 4, "multis: " + multis);
    }
  }

  @Test
  void aPartitionAloneWaitsForNobody() {
    var node = cluster(2);
    node.port.hold();
    node.append(0, "one");
    assertEquals(1, node.port.pendingRequests());
    node.append(1, "two");
    assertEquals(1, node.port.pendingRequests());
    node.port.letGo();
    loop.run();
    assertEquals(1, node.partitions.get(1).stats().nextOffset());
  }

  @Test
  void aPartitionThatWasTakenOverIsNamedAndTheOthersGoOn() {
    for (int taken = 0; taken < 6; taken++) {
      var fresh = new SharedCommitsTest();
      var node = fresh.cluster(6);
      node.port.hold();
      // On its way alone; the others gather behind it.
      var first = node.append(0, "first");
      var appends = new ArrayList<Recorded<Appended>>();
      for (int i = 0; i < 6; i++) {
        appends.add(node.append(i, "m" + i));
      }
      var other = fresh.new Node("b", 0);
      other.open(taken, why -> {});
      node.port.letGo();
      fresh.loop.run();

      assertEquals(taken != 0, first.isSuccess());
      for (int i = 0; i < 6; i++) {
        if (i == taken) {
          assertEquals(Reason.NOT_OWNER, appends.get(i).reason());
        } else {
          assertTrue(appends.get(i).isSuccess(), "taken " + taken + ", lacks " + i);
        }
      }
      assertEquals(List.of(taken), node.lost);
    }
  }

  @Test
  void severalThatWereTakenOverAreToldOneByOne() {
    var node = cluster(6);
    node.port.hold();
    var first = node.append(0, "first");
    var appends = node.appendToAll("m");
    var other = new Node("b", 0);
    for (int taken : List.of(1, 3, 5)) {
      other.open(taken, why -> {});
    }
    node.port.letGo();
    loop.run();

    assertTrue(first.isSuccess());
    for (int i = 0; i < 6; i++) {
      assertEquals(i % 2 == 0, appends.get(i).isSuccess());
    }
    assertEquals(List.of(1, 3, 5), node.lost.stream().sorted().toList());
  }

  @Test
  void anUnknownOutcomeIsUnknownForAllAndRepairedForEach() {
    for (boolean applied : List.of(true, false)) {
      var fresh = new SharedCommitsTest();
      var node = fresh.cluster(5);
      node.port.hold();
      var first = node.append(0, "first");
      var appends = node.appendToAll("m");
      node.port.answer(1);
      fresh.loop.run();
      assertTrue(first.isSuccess());
      assertEquals(1, node.port.pendingRequests());
      assertTrue(appends.stream().noneMatch(Recorded::isDone));
      var epochs = node.partitions.stream().map(partition -> partition.stats().epoch()).toList();
      node.port.loseConnection(i -> applied);
      node.port.letGo();
      fresh.loop.advance(Duration.ofSeconds(2));

      for (int i = 0; i < 5; i++) {
        assertEquals(OptionalLong.of(i == 0 ? 1 : 0), appends.get(i).value().lastOffset());
        var stats = node.partitions.get(i).stats();
        assertEquals(i == 0 ? 2 : 1, stats.nextOffset());
        // What may be on its way still must find itself fenced.
        assertTrue(stats.epoch().compareTo(epochs.get(i)) > 0);
      }
      assertEquals(List.of(), node.lost);
    }
  }

  @Test
  void aPartitionSendsNothingBeforeItsSharedCommitIsSettled() {
    var node = cluster(2);
    node.port.hold();
    node.append(0, "on its way");
    var small = node.append(1, "waits");
    String large = "x".repeat(230_000);
    node.append(1, large);
    var last = node.append(1, large);
    assertEquals(1, node.port.pendingRequests());

    node.port.letGo();
    loop.run();
    assertEquals(OptionalLong.of(0), small.value().lastOffset());
    assertEquals(OptionalLong.of(2), last.value().lastOffset());
  }

  @Test
  void whatWasNotSentWhenItsDeadlinePassedIsNotSentLater() {
    var node = cluster(2);
    node.port.hold();
    node.append(0, "on its way");
    var waits = node.append(1, "waits");
    loop.advance(Duration.ofSeconds(16));
    assertEquals(Reason.OUTCOME_UNKNOWN, waits.reason());

    node.port.letGo();
    loop.advance(Duration.ofSeconds(2));

    assertEquals(0, node.partitions.get(1).stats().nextOffset());
    assertFalse(node.partitions.get(0).stats().nextOffset() == 0);
    assertEquals(List.of(), node.lost);
  }

  @Test
  void aFailureThatDoesNotSayWhoseItIsIsFoundByAskingOneByOne() {
    var node = cluster(4);
    node.port.hidePositions();
    node.port.hold();
    node.append(0, "first");
    var appends = node.appendToAll("m");
    new Node("b", 0).open(2, why -> {});
    node.port.letGo();
    loop.run();

    for (int i = 0; i < 4; i++) {
      assertEquals(i != 2, appends.get(i).isSuccess());
    }
    assertEquals(List.of(2), node.lost);
  }
}

package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.RawClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every znode there is, on a real server, with every kind of damage and with a foreign child:
 * either it is of no consequence, or whoever comes across it gets a typed error that names the
 * path. Other partitions go on, and once the damage is repaired everything is as before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignZnodesTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final PartitionId PARTITION = new PartitionId(TOPIC, 0);
  private static final PartitionId OTHER = new PartitionId(new TopicName("other"), 0);
  private static final String CHROOT = "/arpeggio";
  private static final int VERSION_AT = 8;

  @TempDir private static Path directory;

  private EmbeddedZooKeeper server;
  private RealNode node;
  private RealNode.RealPartition other;
  private RawClient vandal;
  private PartitionStats before;

  /** What can become of a znode's content. */
  private enum Damage {
    EMPTY {
      @Override
      byte[] of(byte[] content) {
        return new byte[0];
      }
    },
    GARBAGE {
      @Override
      byte[] of(byte[] content) {
        return "not ours\nat all".getBytes(UTF_8);
      }
    },
    CUT_IN_HALF {
      @Override
      byte[] of(byte[] content) {
        return Arrays.copyOf(content, content.length / 2);
      }
    },
    LAST_BYTE_CUT {
      @Override
      byte[] of(byte[] content) {
        return Arrays.copyOf(content, Math.max(0, content.length - 1));
      }
    },
    BIT_FLIPPED_IN_FRONT {
      @Override
      byte[] of(byte[] content) {
        return flipped(content, 0);
      }
    },
    BIT_FLIPPED_IN_THE_MIDDLE {
      @Override
      byte[] of(byte[] content) {
        return flipped(content, content.length / 2);
      }
    },
    BIT_FLIPPED_AT_THE_END {
      @Override
      byte[] of(byte[] content) {
        return flipped(content, content.length - 2);
      }
    },
    LATER_VERSION {
      @Override
      byte[] of(byte[] content) {
        String text = new String(content, UTF_8);
        if (text.startsWith("arpeggio-")) {
          return text.replaceFirst(" 1\n", " 2\n").getBytes(UTF_8);
        }
        byte[] later = content.clone();
        later[VERSION_AT]++;
        var crc = new CRC32C();
        crc.update(later, VERSION_AT, later.length - VERSION_AT);
        ByteBuffer.wrap(later).putInt(Integer.BYTES, (int) crc.getValue());
        return later;
      }
    };

    abstract byte[] of(byte[] content);

    private static byte[] flipped(byte[] content, int at) {
      byte[] flipped = content.clone();
      flipped[at] ^= 4;
      return flipped;
    }
  }

  @BeforeAll
  void fillTheStore() throws Exception {
    server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    node = new RealNode("node", server.connectString() + CHROOT, PartitionOptions.defaults());
    vandal = new RawClient(server.connectString() + CHROOT);
    openStore().value();
    var members = new Members(node.port, node.loop);
    node.<Done>on(done -> members.register(new NodeIdentity("node", "a:7000"), done)).value();
    for (PartitionId id : List.of(PARTITION, OTHER)) {
      node.<TopicConfig>on(
              done -> new TopicCatalog(node.port).create(id.topic(), TopicConfig.defaults(), done))
          .value();
    }
    other = node.open(OTHER);
    var partition = node.open(PARTITION);
    for (int i = 0; i < 4; i++) {
      partition.append(Messages.batch(new ProducerId(1, 2), i, List.of("m" + i))).value();
    }
    TestSink sink = partition.consume("default", 1, 4);
    RealNode.await(() -> sink.texts().size() == 4, "delivery");
    partition.acknowledge("default", 0, 1).value();
    partition.acknowledge("default", 2, 1).value();
    RealNode.await(() -> partition.stats().firstOffset() == 1, "the first segment is deleted");
    before = partition.stats();
    release(partition);
  }

  @AfterAll
  void stop() throws Exception {
    vandal.close();
    node.close();
    server.close();
  }

  private Recorded<Done> openStore() {
    return node.on(done -> Store.open(node.port, done));
  }

  private void release(RealNode.RealPartition partition) {
    node.<Done>on(done -> partition.partition.release(() -> done.succeeded(Done.DONE))).value();
  }

  private List<String> tree() throws Exception {
    return vandal.tree().stream().filter(path -> !path.contains("/other")).toList();
  }

  @TestFactory
  Stream<DynamicTest> damagedContentIsNoticedByWhoeverNeedsIt() throws Exception {
    var cases = new ArrayList<DynamicTest>();
    for (String path : tree()) {
      byte[] content = vandal.get(path);
      for (Damage damage : Damage.values()) {
        if (content.length > 0 || damage == Damage.GARBAGE) {
          cases.add(
              DynamicTest.dynamicTest(
                  damage + " at " + path, () -> damage(path, content, damage.of(content))));
        }
      }
    }
    assertTrue(cases.size() > 60, "cases: " + cases.size());
    return cases.stream();
  }

  private void damage(String path, byte[] content, byte[] damaged) throws Exception {
    vandal.set(path, damaged);
    // Znodes without content are there for their names.
    Optional<String> expected = content.length > 0 ? Optional.of(path) : Optional.empty();
    assertEquals(expected, pathInError());
    assertOtherPartitionsGoOn();
    vandal.set(path, content);
    assertEverythingIsAsBefore();
  }

  @TestFactory
  Stream<DynamicTest> foreignZnodesAreNoticedWhereNamesMatter() throws Exception {
    var cases = new ArrayList<DynamicTest>();
    for (String parent : tree()) {
      if (!parent.equals("/members/node")) {
        cases.add(DynamicTest.dynamicTest("below " + parent, () -> intrude(parent)));
      }
    }
    return cases.stream();
  }

  private void intrude(String parent) throws Exception {
    String path = parent + "/foreign name";
    vandal.create(path, "not ours".getBytes(UTF_8));
    boolean matters =
        parent.equals("/members")
            || parent.equals("/topics")
            || parent.matches(".*/(log|log/\\d+|subscriptions)");
    assertEquals(matters ? Optional.of(path) : Optional.empty(), pathInError());
    assertOtherPartitionsGoOn();
    vandal.delete(path);
    assertEverythingIsAsBefore();
  }

  /** The path that somebody complains of who looks at everything; empty if nobody does. */
  private Optional<String> pathInError() {
    var catalog = new TopicCatalog(node.port);
    for (Recorded<?> looked :
        List.of(
            openStore(),
            node.on(new Members(node.port, node.loop)::list),
            node.on(catalog::list),
            node.<TopicConfig>on(done -> catalog.get(TOPIC, done)))) {
      looked.await();
      if (!looked.isSuccess()) {
        return corruptPath(looked.failure());
      }
    }
    return pathInPartition();
  }

  private Optional<String> pathInPartition() {
    var partition = node.opening(PARTITION, TopicConfig.defaults());
    partition.opened.await();
    if (!partition.opened.isSuccess()) {
      return corruptPath(partition.opened.failure());
    }
    RealNode.await(() -> node.ask(() -> isReadOrLost(partition.partition)), "all is read");
    Optional<String> lost =
        partition.lost.isDone() ? corruptPath(partition.lost.join()) : Optional.empty();
    release(partition);
    return lost;
  }

  private static boolean isReadOrLost(Partition partition) {
    return !partition.isServed()
        || partition.stats().residentBytes() >= partition.stats().retainedBytes();
  }

  private static Optional<String> corruptPath(QueueException error) {
    assertEquals(Reason.STORE_CORRUPT, error.reason(), error.toString());
    String path = String.valueOf(error.details().get("path"));
    assertTrue(String.valueOf(error.getMessage()).startsWith(path + ": "), error.toString());
    return Optional.of(path);
  }

  private void assertOtherPartitionsGoOn() {
    assertTrue(other.append("goes on").value().lastOffset().isPresent());
  }

  private void assertEverythingIsAsBefore() {
    assertEquals(Optional.empty(), pathInError());
    var partition = node.open(PARTITION);
    PartitionStats now = partition.stats();
    assertEquals(before.firstOffset(), now.firstOffset());
    assertEquals(before.nextOffset(), now.nextOffset());
    assertEquals(
        before.subscriptions().stream().map(s -> s.name() + s.floor() + s.backlog()).toList(),
        now.subscriptions().stream().map(s -> s.name() + s.floor() + s.backlog()).toList());
    release(partition);
  }
}

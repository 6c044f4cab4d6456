package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A model of ZooKeeper with a topic in it, and owners of its one partition, in virtual time. */
final class World {
  static final TopicName TOPIC = new TopicName("orders");
  static final PartitionId PARTITION = new PartitionId(TOPIC, 0);

  final ManualLoop loop = new ManualLoop();
  final FakeZooKeeper zooKeeper = new FakeZooKeeper();
  final PartitionPaths paths = new PartitionPaths(PARTITION);
  Outlet outlet = Outlet.none();
  private final FakePort admin = new FakePort(zooKeeper, loop, 1);
  final TopicCatalog catalog = new TopicCatalog(admin);
  private final TopicConfig config;
  private final PartitionOptions options;
  ByteBudget storage = ByteBudget.unlimited();
  ByteBudget bodies = ByteBudget.unlimited();
  ByteBudget warm = ByteBudget.unlimited();
  private long sessions = 10;

  World() {
    this(TopicConfig.defaults(), PartitionOptions.defaults());
  }

  World(TopicConfig config, PartitionOptions options) {
    this.config = config;
    this.options = options;
    var opened = new Recorded<Done>();
    Store.open(admin, opened);
    loop.run();
    opened.value();
    createTopic();
  }

  void createTopic() {
    var created = new Recorded<TopicConfig>();
    catalog.create(TOPIC, config, created);
    loop.run();
    created.value();
  }

  /** Another topic; one that exists already is no error. */
  void createTopic(TopicName topic, TopicConfig with) {
    catalog.create(topic, with, new Recorded<>());
    loop.run();
  }

  void deleteTopic() {
    var deleted = new Recorded<Done>();
    catalog.delete(TOPIC, deleted);
    loop.run();
    deleted.value();
  }

  Owner owner(String name) {
    return new Owner(name, PARTITION, config);
  }

  /** Of a partition of another topic. */
  Owner owner(String name, PartitionId id, TopicConfig with) {
    return new Owner(name, id, with);
  }

  /** A node that owns the partition, or wants to. */
  final class Owner implements PartitionListener {
    final FakePort port;
    final Partition partition;
    final Standby standby;
    final List<QueueException> lost = new ArrayList<>();
    long dropped;

    private Owner(String name, PartitionId id, TopicConfig config) {
      port = new FakePort(zooKeeper, loop, ++sessions);
      var context =
          new OwnerContext(
              new NodeIdentity(name, name + ":7000"),
              loop,
              port,
              new Random(sessions),
              options,
              storage,
              bodies,
              outlet,
              new WarmSegments(warm));
      standby = new Standby(context, id);
      partition = new Partition(context, id, config, this);
    }

    @Override
    public void lost(QueueException why) {
      lost.add(why);
    }

    @Override
    public void dropped(long first, long end, long messages) {
      dropped += messages;
    }

    Recorded<Epoch> opening() {
      var opened = new Recorded<Epoch>();
      partition.open(opened);
      return opened;
    }

    Owner open() {
      var opened = opening();
      loop.run();
      opened.value();
      return this;
    }

    Recorded<Appended> append(Batch batch) {
      var appended = new Recorded<Appended>();
      partition.append(batch, appended);
      return appended;
    }

    Recorded<Appended> append(String... texts) {
      return append(Messages.batch(texts));
    }

    /** Appends and waits; the last offset. */
    long store(String... texts) {
      var appended = append(texts);
      loop.run();
      return appended.value().lastOffset().orElseThrow();
    }

    Recorded<ConsumerHandle> attach(SubscriptionSpec spec, long consumer, ConsumerSink sink) {
      var attached = new Recorded<ConsumerHandle>();
      partition.attach(spec, new ConsumerId(0, consumer), sink, attached);
      loop.run();
      return attached;
    }

    TestConsumer consume(String subscription, long consumer, int credit) {
      return consume(SubscriptionSpec.named(subscription), consumer, credit);
    }

    TestConsumer consume(SubscriptionSpec spec, long consumer, int credit) {
      var sink = new TestSink();
      var attached = attach(spec, consumer, sink);
      var created = new TestConsumer(sink, attached.value());
      if (credit > 0) {
        created.handle().credit(credit);
      }
      loop.run();
      return created;
    }

    /** Everything that is retained, in order, as a new subscription gets it. */
    List<String> contents() {
      var consumer = consume("contents-" + ++sessions, 1, 1_000_000);
      loop.run();
      return consumer.sink().texts();
    }

    Recorded<Done> acknowledge(String subscription, long first, long count) {
      var acknowledged = new Recorded<Done>();
      partition.acknowledge(subscription, List.of(new OffsetRange(first, count)), acknowledged);
      return acknowledged;
    }

    PartitionStats.SubscriptionStats subscription(String name) {
      return partition.stats().subscriptions().stream()
          .filter(s -> s.name().equals(name))
          .findFirst()
          .orElseThrow();
    }

    @Nullable QueueException whyLost() {
      return lost.isEmpty() ? null : lost.get(0);
    }
  }

  /** A consumer and what it got. */
  record TestConsumer(TestSink sink, ConsumerHandle handle) {
    Recorded<Done> acknowledge(long first, long count) {
      var acknowledged = new Recorded<Done>();
      handle.acknowledge(List.of(new OffsetRange(first, count)), acknowledged);
      return acknowledged;
    }
  }

  /** The paths of all segments, in order. */
  List<String> segments() {
    return zooKeeper.paths().stream()
        .filter(path -> path.startsWith(paths.log() + "/"))
        .filter(path -> path.lastIndexOf('/') > paths.log().length())
        .sorted(Comparator.comparing(path -> path.substring(path.lastIndexOf('/'))))
        .toList();
  }

  /** What every segment was that was ever stored. */
  List<SegmentName> segmentsEverCreated() {
    var names = new ArrayList<SegmentName>();
    for (String path : zooKeeper.created()) {
      int slash = path.lastIndexOf('/');
      if (path.startsWith(paths.log() + "/") && slash > paths.log().length()) {
        try {
          names.add(SegmentName.parse(0, path.substring(slash + 1), path));
        } catch (QueueException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return names;
  }

  /** The path of the segment that begins at an offset. */
  String segmentAt(long first) {
    String start = "/" + SegmentName.bucketName(first) + "-";
    return segments().stream().filter(path -> path.contains(start)).findFirst().orElseThrow();
  }

  void after(Duration time) {
    loop.advance(time);
  }
}

package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.SubscriptionInfo;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.node.cli.bench.RawLog;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark measures against: a cluster, clients of it, and the baseline's connection to its
 * ZooKeeper where there is one. Whatever ends it, no process, file or topic stays behind. For one
 * thread, but for the clients.
 */
public final class Rig implements AutoCloseable {
  /** How long nothing may happen until a benchmark gives up. */
  static final int PATIENCE_SECONDS = 60;

  private static final long POLL_MILLIS = 250;

  /** What a JVM ends with that is told to end then. */
  private static final int OUT_OF_MEMORY = 3;

  private static final String SUBSCRIPTION = "default";

  private final @Nullable OwnNode node;
  private final @Nullable RawLog raw;
  private final String addresses;
  private final ClientOptions options;
  private final List<Arpeggio> clients = new ArrayList<>();
  private final List<String> topics = new ArrayList<>();
  private final String prefix =
      "bench-" + HexFormat.of().toHexDigits((short) new Random().nextInt());
  private int created;
  private volatile @Nullable Integer nodeExit;

  private Rig(
      @Nullable OwnNode node, @Nullable RawLog raw, String addresses, ClientOptions options) {
    this.node = node;
    this.raw = raw;
    this.addresses = addresses;
    this.options = options;
  }

  /** Starts a node, or finds the cluster; returns once it answers. */
  static Rig open(ClusterOptions cluster, ClientOptions client, Console console)
      throws IOException, InterruptedException {
    ClientOptions options = cluster.secured(client);
    if (cluster.connect().isPresent()) {
      Rig rig = new Rig(null, null, cluster.connect().get(), options);
      try {
        var unused = rig.admin().describeNode();
        return rig;
      } catch (RuntimeException e) {
        rig.close();
        throw e;
      }
    }
    console.say(
        "starting a node, and "
            + Figures.count(cluster.servers(), "ZooKeeper server")
            + ", each synced to disk");
    OwnNode node = OwnNode.start(cluster.servers(), cluster.nodeJvm());
    try {
      RawLog raw = RawLog.open(node.zooKeeper());
      Rig rig = new Rig(node, raw, node.address(), options);
      // Without its node, a benchmark would wait for the time-outs of all its messages.
      Thread waiting = Thread.currentThread();
      node.whenItEndsByItself(
          exitCode -> {
            rig.nodeExit = exitCode;
            waiting.interrupt();
          });
      return rig;
    } catch (KeeperException | java.util.concurrent.TimeoutException e) {
      node.close();
      throw new IOException("no connection to the node's ZooKeeper", e);
    } catch (IOException | InterruptedException | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  /** The baseline; null: the ZooKeeper is not the benchmark's. */
  @Nullable RawLog raw() {
    return raw;
  }

  /** One of the clients, made on its first use. */
  public Arpeggio client(int number) {
    while (clients.size() <= number) {
      try {
        clients.add(Arpeggio.connect(addresses, options));
      } catch (IllegalArgumentException e) {
        throw new Failure(
            ExitCode.USAGE,
            "cannot connect to '" + addresses + "': " + e.getMessage(),
            "write --connect HOST:PORT[,HOST:PORT...], and name PEM files for TLS",
            e);
      }
    }
    return clients.get(number);
  }

  private Admin admin() {
    return client(0).admin();
  }

  /** Creates a topic that nobody else has. */
  public String newTopic(TopicOptions config) {
    String topic = prefix + "-" + created++;
    admin().createTopic(topic, config);
    topics.add(topic);
    return topic;
  }

  /** Deletes a topic, and what is in it. */
  public void delete(String topic) {
    admin().deleteTopic(topic);
    topics.remove(topic);
  }

  /** How many messages were ever stored in a topic that nothing was deleted from. */
  public long stored(String topic) {
    return sum(topic, PartitionInfo::nextOffset);
  }

  /** How many messages nobody has acknowledged. */
  public long backlog(String topic) {
    return sum(
        topic,
        partition ->
            partition.subscriptions().stream()
                .filter(subscription -> subscription.subscription().equals(SUBSCRIPTION))
                .mapToLong(SubscriptionInfo::backlog)
                .sum());
  }

  /** Bytes of the messages that are still there. */
  public long retainedBytes(String topic) {
    return sum(topic, PartitionInfo::retainedBytes);
  }

  private long sum(String topic, ToLongFunction<PartitionInfo> what) {
    List<PartitionInfo> partitions = admin().describeTopic(topic).partitions();
    for (PartitionInfo partition : partitions) {
      if (partition.owner().isEmpty()) {
        throw new Failure(
            ExitCode.UNAVAILABLE,
            "partition %s/%d has no owner".formatted(topic, partition.partition()),
            "run it again when the ring is whole");
      }
    }
    return partitions.stream().mapToLong(what).sum();
  }

  /** How long processors have worked for the node of its own, where the system tells. */
  Optional<Duration> nodeWork() {
    return node == null ? Optional.empty() : node.work();
  }

  /** The most memory that the node of its own has had, where the system tells. */
  public OptionalLong nodePeakBytes() {
    return node == null ? OptionalLong.empty() : node.peakBytes();
  }

  /**
   * Waits for something, as long as there is progress.
   *
   * @param progress how much has happened; asked now and then
   * @param stuck what to say if nothing happens for as long as anybody would wait
   */
  public void await(CountDownLatch end, LongSupplier progress, String stuck)
      throws InterruptedException {
    long before = -1;
    long since = System.nanoTime();
    while (!awaitAMoment(end)) {
      long now = progress.getAsLong();
      if (now != before) {
        before = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        throw stuck(stuck);
      }
    }
  }

  private static boolean awaitAMoment(CountDownLatch end) throws InterruptedException {
    try {
      return end.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // For what is closed next, which does not wait then.
      Thread.currentThread().interrupt();
      throw e;
    }
  }

  /** Why the benchmark cannot go on: its node has ended by itself. The logs stay. Or null. */
  @Nullable Failure nodeIsGone() {
    Integer exitCode = nodeExit;
    if (node == null || exitCode == null) {
      return null;
    }
    return new Failure(
        ExitCode.FAILED,
        "the node ended by itself"
            + (exitCode == OUT_OF_MEMORY ? ": out of memory" : " with exit code " + exitCode),
        "look at the logs in " + node.keepLogs());
  }

  /** Why to give up: nothing has happened for as long as anybody would wait. The logs stay. */
  public Failure stuck(String what) {
    Optional<String> logs = Optional.ofNullable(node).map(OwnNode::keepLogs);
    return new Failure(
        ExitCode.FAILED,
        what + " for " + PATIENCE_SECONDS + " s",
        logs.map(directory -> "look at the logs in " + directory)
            .orElse("look at the logs of the nodes"));
  }

  @Override
  public void close() throws IOException {
    if (raw != null) {
      raw.close();
    }
    try {
      if (node == null) {
        // Of one's own nothing stays anyway.
        List.copyOf(topics).forEach(this::delete);
      }
    } finally {
      clients.forEach(Arpeggio::close);
      if (node != null) {
        node.close();
      }
    }
  }
}

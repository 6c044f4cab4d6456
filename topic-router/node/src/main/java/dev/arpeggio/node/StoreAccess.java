package dev.arpeggio.node;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Reason;
import dev.arpeggio.node.NodeStartException.Kind;
import dev.arpeggio.node.placement.PlacementTable;
import dev.arpeggio.queue.ByteBudget;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.PlacementStore;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.ZooKeeperAccess;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a node comes to its ZooKeeper: its own, the one that it is told of, or the one that a seed
 * tells it of.
 */
final class StoreAccess {

  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
  private static final int EMBEDDED_SHARE_OF_HEAP = 4;
  private static final int BODIES_SHARE_OF_HEAP = 4;
  private static final int WARM_SHARE_OF_HEAP = 8;
  private static final Duration SEED_RETRY = Duration.ofMillis(200);

  private StoreAccess() {}

  /**
   * Where a node's ZooKeeper is.
   *
   * @param within null: not in this process, as far as the node knows
   */
  record Location(String connectString, @Nullable EmbeddedZooKeeper within) {}

  /**
   * Finds the servers, after starting the embedded one if there is to be one.
   *
   * @param security of the calls to a seed
   * @param failure completed if that server ends by itself later
   */
  static Location locate(
      NodeOptions options,
      String host,
      List<String> seeds,
      Security security,
      Closers closers,
      CompletableFuture<String> failure)
      throws NodeStartException, InterruptedException {
    if (options.embeddedZooKeeper().isPresent()) {
      if (options.zookeeper().isPresent()) {
        throw new NodeStartException(
            Kind.INVALID, "--zookeeper and --embedded-zookeeper exclude each other; give one");
      }
      EmbeddedZooKeeper server =
          embedded(
              options.embeddedZooKeeper().get(), host, options.embeddedZooKeeperPort(), closers);
      var unused = server.failure().thenAccept(failure::complete);
      return new Location(server.connectString(), server);
    }
    if (options.zookeeper().isPresent()) {
      return new Location(options.zookeeper().get(), null);
    }
    if (seeds.isEmpty()) {
      throw new NodeStartException(
          Kind.INVALID,
          "a node needs a ZooKeeper: give --zookeeper HOST:PORT, --embedded-zookeeper DIR, or a --seed that knows one");
    }
    return new Location(askSeeds(seeds, security, options.startTimeout()), null);
  }

  /**
   * How much the node's partitions may retain. An embedded server holds all of it in this process's
   * heap, beside what the partitions hold; the memory of a server of its own is not known here.
   */
  static ByteBudget budget(NodeOptions options) {
    return options.embeddedZooKeeper().isPresent()
        ? new ByteBudget(Runtime.getRuntime().maxMemory() / EMBEDDED_SHARE_OF_HEAP)
        : ByteBudget.unlimited();
  }

  /** How much the node's partitions may hold in memory beside what they retain. */
  static ByteBudget bodies() {
    return new ByteBudget(Runtime.getRuntime().maxMemory() / BODIES_SHARE_OF_HEAP);
  }

  /** What a node may hold of partitions that it does not serve. */
  static ByteBudget warm() {
    return new ByteBudget(Runtime.getRuntime().maxMemory() / WARM_SHARE_OF_HEAP);
  }

  private static EmbeddedZooKeeper embedded(
      Path directory, String host, int requestedPort, Closers closers)
      throws NodeStartException, InterruptedException {
    RememberedPort remembered = new RememberedPort(directory);
    int port = requestedPort;
    try {
      port = requestedPort == 0 ? remembered.get() : requestedPort;
      EmbeddedZooKeeper server = closers.add(EmbeddedZooKeeper.start(directory, host, port));
      remembered.set(server.port());
      return server;
    } catch (BindException e) {
      throw new NodeStartException(
          Kind.PORT_IN_USE,
          "the port " + port + " for ZooKeeper is in use; choose another with --zookeeper-port",
          e);
    } catch (IOException e) {
      throw new NodeStartException(
          Kind.STORE_REFUSED,
          "ZooKeeper cannot start in "
              + directory
              + ": "
              + e.getMessage()
              + "; choose another directory, or end the process that uses it",
          e);
    }
  }

  /** A seed that is just being started refuses connections at first, so they are asked again. */
  private static String askSeeds(List<String> seeds, Security security, Duration timeout)
      throws NodeStartException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Arpeggio client =
        Arpeggio.connect(
            String.join(",", seeds),
            security.addTo(ClientOptions.defaults().withRequestTimeout(timeout)))) {
      while (true) {
        try {
          return client.admin().describeNode().zookeeper();
        } catch (ArpeggioException e) {
          if (e.reason() == Reason.UNAUTHENTICATED || e.reason() == Reason.PERMISSION_DENIED) {
            throw new NodeStartException(
                Kind.SEED_UNREACHABLE,
                "the seed does not let this node in ("
                    + e.getMessage()
                    + "); correct --tls-cert or --cluster-token-file here, or --permissions and"
                    + " --tokens there",
                e);
          }
          if (!e.isRetryable() || System.nanoTime() - deadline >= 0) {
            throw new NodeStartException(
                Kind.SEED_UNREACHABLE,
                "no seed answered within "
                    + timeout.toSeconds()
                    + " s ("
                    + String.join(", ", seeds)
                    + "); start one of them first or correct --seed; the last failure: "
                    + e.getMessage(),
                e);
          }
        }
        Thread.sleep(SEED_RETRY.toMillis());
      }
    }
  }

  static ZooKeeperAccess credentials(NodeOptions options) throws NodeStartException {
    return options.zookeeperAuthFile().isPresent()
        ? CredentialsFile.read(options.zookeeperAuthFile().get())
        : ZooKeeperAccess.open();
  }

  static ZooKeeperSession connect(Location servers, ZooKeeperAccess access, Duration timeout)
      throws NodeStartException, InterruptedException {
    EmbeddedZooKeeper within = servers.within();
    try {
      return within == null
          ? ZooKeeperSession.connect(servers.connectString(), access, SESSION_TIMEOUT, timeout)
          : ZooKeeperSession.connect(within, access, SESSION_TIMEOUT, timeout);
    } catch (QueueException e) {
      throw refused(servers.connectString(), e);
    }
  }

  /** Makes sure that the store is of the layout that this version knows. */
  static void open(ZooKeeperSession session, EventLoop loop, String connectString)
      throws NodeStartException, InterruptedException {
    await(loop, connectString, done -> Store.open(session.on(loop), done));
  }

  /** The placement of the store, read a first time. */
  static PlacementTable placement(ZooKeeperSession session, EventLoop loop, String connectString)
      throws NodeStartException, InterruptedException {
    PlacementTable table = new PlacementTable(new PlacementStore(session.on(loop)), loop);
    await(loop, connectString, table::start);
    return table;
  }

  private static void await(
      EventLoop loop, String connectString, Consumer<Completion<Done>> operation)
      throws NodeStartException, InterruptedException {
    CompletableFuture<Void> finished = new CompletableFuture<>();
    loop.execute(
        () ->
            operation.accept(
                Completion.of(done -> finished.complete(null), finished::completeExceptionally)));
    try {
      finished.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof QueueException refused
          ? refused(connectString, refused)
          : new NodeStartException(
              Kind.STORE_REFUSED,
              "the store at " + connectString + " cannot be opened; see the log",
              e);
    }
  }

  private static NodeStartException refused(String connectString, QueueException e) {
    return switch (e.reason()) {
      case STORE_UNAVAILABLE, OUTCOME_UNKNOWN ->
          new NodeStartException(
              Kind.ZOOKEEPER_UNREACHABLE,
              "ZooKeeper at " + connectString + " does not answer; start it or correct --zookeeper",
              e);
      case INVALID_ARGUMENT ->
          new NodeStartException(
              Kind.INVALID,
              "--zookeeper: " + e.getMessage() + "; give HOST:PORT[,HOST:PORT...][/CHROOT]",
              e);
      case STORE_FORBIDDEN ->
          new NodeStartException(
              Kind.STORE_REFUSED,
              "the store at "
                  + connectString
                  + " is closed to this node: "
                  + e.getMessage()
                  + "; correct --zookeeper-auth-file",
              e);
      default ->
          new NodeStartException(
              Kind.STORE_REFUSED,
              "the store at "
                  + connectString
                  + " is refused: "
                  + e.getMessage()
                  + "; use another chroot, or see docs/operating.md",
              e);
    };
  }
}

package dev.arpeggio.node;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.transport.grpc.v1.RingGrpc;
import dev.arpeggio.node.NodeStartException.Kind;
import dev.arpeggio.node.hosting.PartitionHost;
import dev.arpeggio.node.hosting.Shards;
import dev.arpeggio.node.hosting.Standbys;
import dev.arpeggio.node.placement.Balancer;
import dev.arpeggio.node.placement.PlacementTable;
import dev.arpeggio.node.rpc.CertificateNames;
import dev.arpeggio.node.rpc.ClusterService;
import dev.arpeggio.node.rpc.DecodedRequests;
import dev.arpeggio.node.rpc.FirstUse;
import dev.arpeggio.node.rpc.Forwarder;
import dev.arpeggio.node.rpc.Gate;
import dev.arpeggio.node.rpc.Hops;
import dev.arpeggio.node.rpc.PartitionTraces;
import dev.arpeggio.node.rpc.Peers;
import dev.arpeggio.node.rpc.QueueService;
import dev.arpeggio.node.rpc.RingOutlet;
import dev.arpeggio.node.rpc.SimpleCalls;
import dev.arpeggio.node.rpc.StandbyNotices;
import dev.arpeggio.node.rpc.StandbyService;
import dev.arpeggio.node.rpc.SubscriptionsService;
import dev.arpeggio.node.rpc.TopicsService;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import dev.arpeggio.queue.ByteBudget;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.Members;
import dev.arpeggio.queue.NodeIdentity;
import dev.arpeggio.queue.OwnerContext;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.PlacementStore;
import dev.arpeggio.queue.Standby;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.WarmSegments;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperAccess;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the cluster: a member of the ring that serves the partitions which the ring gives it.
 *
 * <p>Keeps no state of its own: killed at any moment, it loses nothing that was confirmed.
 * Thread-safe.
 */
public final class ArpeggioNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ArpeggioNode.class);

  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(12);
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_SHARDS = 4;

  /** How many nodes keep warm what this one serves. */
  private static final int STANDBYS = 2;

  /** How many of its stabilisations the ring gets to come to rest before partitions are moved. */
  private static final int BALANCE_ROUNDS = 20;

  private static final int MAX_REQUEST_BYTES = 4 << 20;
  private static final int MAX_METADATA_BYTES = 8 << 10;
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  /** Enough for a client that publishes to and consumes all partitions of several topics here. */
  private static final int MAX_CALLS_OF_A_CONNECTION = 10_000;

  /** Until a connection that says nothing is ended. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** Until a connection without a call is ended; its client opens another when it needs one. */
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(30);

  private static final int CHANNELZ_PAGE = 100;

  private final Addresses addresses;
  private final String zookeeper;
  private final ZooKeeperSession session;
  private final Security security;
  private final boolean createsTopics;
  private final ByteBudget storage;
  private final ByteBudget bodies = StoreAccess.bodies();
  private final ByteBudget warmth = StoreAccess.warm();
  private final List<WarmSegments> warm = new ArrayList<>();
  private final PlacementTable placement;
  private final Ring ring;
  private final Shards shards;
  private final Health health;
  private final Closers closers;
  private final CompletableFuture<String> failure;
  private volatile boolean draining;

  /** The shards need it, and it needs them. */
  private volatile @Nullable Forwarder forwarder;

  private ArpeggioNode(
      ChordConfig ringConfig,
      Addresses addresses,
      String zookeeper,
      ZooKeeperSession session,
      Security security,
      boolean createsTopics,
      ByteBudget storage,
      ThreadEventLoop firstLoop,
      PlacementTable placement,
      Closers closers,
      CompletableFuture<String> failure)
      throws NodeStartException {
    this.addresses = addresses;
    this.zookeeper = zookeeper;
    this.session = session;
    this.security = security;
    this.createsTopics = createsTopics;
    this.storage = storage;
    this.placement = placement;
    this.closers = closers;
    this.failure = failure;
    long seed = new SecureRandom().nextLong();
    LOG.info("node {} with random seed {}", addresses.advertised(), seed);
    SplittableRandom random = new SplittableRandom(seed);
    // Before the ring, to end after it: it tells them what changes.
    List<EventLoop> loops = loops(firstLoop);
    this.ring =
        closers.add(new Ring(addresses.advertised(), ringConfig, security.peers(), random.split()));
    NodeIdentity self = new NodeIdentity(nodeName(addresses.advertised()), addresses.advertised());
    this.shards =
        new Shards(loops.stream().map(loop -> shard(self, loop, random.split())).toList());
    this.health = new Health(firstLoop, this::obstacle, ring::isMember, RingGrpc.SERVICE_NAME);
    serve(firstLoop, random).start();
    balance(firstLoop, ringConfig.stabilizeInterval().multipliedBy(BALANCE_ROUNDS));
    Members members = new Members(session.on(firstLoop), firstLoop);
    firstLoop.execute(
        () ->
            members.register(
                self,
                Completion.of(
                    done -> LOG.debug("registered as {}", self.name()),
                    e -> LOG.warn("not registered as a member: {}", e.getMessage()))));
  }

  /**
   * Starts a node and waits until it is a member of the ring.
   *
   * @throws NodeStartException if it cannot start; whatever was started until then has been stopped
   * @throws InterruptedException if the calling thread is interrupted; likewise
   */
  public static ArpeggioNode start(NodeOptions options)
      throws NodeStartException, InterruptedException {
    Closers closers = new Closers();
    try {
      ChordConfig ringConfig = ringConfig(options);
      Addresses addresses = Addresses.of(options);
      ZooKeeperAccess access = StoreAccess.credentials(options);
      Security security = closers.add(new Security(options.security()));
      List<String> seeds = new ArrayList<>();
      for (String seed : options.seeds()) {
        seeds.add(Addresses.seed(seed));
      }
      seeds.remove(addresses.advertised());
      String host = addresses.bind().getAddress().getHostAddress();
      CompletableFuture<String> failure = new CompletableFuture<>();
      StoreAccess.Location servers =
          StoreAccess.locate(options, host, seeds, security, closers, failure);
      String zookeeper = servers.connectString();
      ZooKeeperSession session =
          closers.add(StoreAccess.connect(servers, access, options.startTimeout()));
      ThreadEventLoop loop = closers.add(newLoop(0));
      StoreAccess.open(session, loop, zookeeper);
      ArpeggioNode node =
          new ArpeggioNode(
              ringConfig,
              addresses,
              zookeeper,
              session,
              security,
              options.createsTopics(),
              StoreAccess.budget(options),
              loop,
              StoreAccess.placement(session, loop, zookeeper),
              closers,
              failure);
      node.join(seeds, options.startTimeout());
      return node;
    } catch (NodeStartException | InterruptedException | RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private void join(List<String> seeds, Duration timeout)
      throws NodeStartException, InterruptedException {
    if (!ring.start(seeds, timeout, shards::ringChanged)) {
      throw new NodeStartException(
          Kind.SEED_UNREACHABLE,
          "the ring could not be joined within "
              + timeout.toSeconds()
              + " s through "
              + String.join(", ", seeds)
              + " ("
              + ring.lastJoinFailure()
              + "); start one of these nodes first, or correct --seed or --ring");
    }
    health.start();
  }

  private static ChordConfig ringConfig(NodeOptions options) throws NodeStartException {
    ChordConfig preset =
        switch (options.preset()) {
          case "local" -> ChordConfig.local();
          case "lan" -> ChordConfig.lan();
          case "wan" -> ChordConfig.wan();
          default ->
              throw new NodeStartException(
                  Kind.INVALID,
                  "--preset " + options.preset() + " is unknown; choose local, lan or wan");
        };
    try {
      return preset.withRingName(options.ring());
    } catch (IllegalArgumentException e) {
      throw new NodeStartException(
          Kind.INVALID, "--ring: " + e.getMessage() + "; choose another name", e);
    }
  }

  private List<EventLoop> loops(EventLoop first) {
    int count = Math.min(MAX_SHARDS, Runtime.getRuntime().availableProcessors());
    List<EventLoop> all = new ArrayList<>(List.of(first));
    while (all.size() < count) {
      all.add(closers.add(newLoop(all.size())));
    }
    return all;
  }

  private Shards.Shard shard(NodeIdentity self, EventLoop loop, SplittableRandom random) {
    PartitionOptions options = PartitionOptions.defaults();
    ZooKeeperPort port = session.on(loop);
    WarmSegments segments = new WarmSegments(warmth);
    warm.add(segments);
    OwnerContext context =
        new OwnerContext(
            self,
            loop,
            port,
            random,
            options,
            storage,
            bodies,
            new RingOutlet(loop, new TopicCatalog(port), () -> forwarder),
            segments);
    Standbys standbys = new Standbys(loop, id -> new Standby(context, id));
    return new Shards.Shard(
        loop,
        new PartitionHost(
            ring.directory(placement, loop),
            new TopicCatalog(port)::get,
            (id, config, listener) -> {
              standbys.promote(id);
              return new Partition(context, id, config, listener);
            },
            loop),
        standbys);
  }

  private static ThreadEventLoop newLoop(int index) {
    return new ThreadEventLoop(
        "arpeggio-partitions-" + index, bug -> LOG.error("a task failed", bug));
  }

  private StandbyNotices serve(ThreadEventLoop firstLoop, SplittableRandom random)
      throws NodeStartException {
    Peers peers = closers.add(new Peers(security.peers()));
    Gate gate = new Gate(security.access());
    Forwarder forwarder = new Forwarder(shards, peers);
    this.forwarder = forwarder;
    TopicCatalog catalog = new TopicCatalog(session.on(firstLoop));
    FirstUse firstUse = new FirstUse(catalog, createsTopics);
    RingDescription description =
        new RingDescription(ring, catalog, firstLoop, placement, session::isConnected);
    SplittableRandom consumerIds = random.split();
    Server server =
        NettyServerBuilder.forAddress(addresses.bind(), security.server())
            .directExecutor()
            .maxInboundMessageSize(MAX_REQUEST_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_OF_A_CONNECTION)
            .handshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .maxConnectionIdle(IDLE_CONNECTION.toMinutes(), TimeUnit.MINUTES)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(20, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS)
            .addTransportFilter(new CertificateNames())
            .intercept(new Hops())
            .intercept(gate)
            .addService(ring.service())
            .addService(
                DecodedRequests.of(
                    new QueueService(
                        shards,
                        new SimpleCalls(
                            forwarder,
                            (topic, done) -> firstLoop.execute(() -> firstUse.get(topic, done)),
                            () -> consumerId(consumerIds)))))
            .addService(
                DecodedRequests.of(
                    new TopicsService(
                        catalog,
                        firstUse,
                        ring.directory(placement, firstLoop),
                        firstLoop,
                        forwarder,
                        addresses.advertised())))
            .addService(DecodedRequests.of(new SubscriptionsService(forwarder)))
            .addService(DecodedRequests.of(new StandbyService(shards)))
            .addService(
                DecodedRequests.of(
                    new ClusterService(
                        this::describe,
                        description::give,
                        new PartitionTraces(
                            (id, answer) -> ring.trace(placement.key(id), answer),
                            ring.directory(placement, firstLoop),
                            shards,
                            session.on(firstLoop),
                            firstLoop,
                            addresses.advertised()))))
            .addService(health.service())
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(ChannelzService.newInstance(CHANNELZ_PAGE))
            .build();
    closers.add(() -> stop(server));
    gate.requireComplete(server.getServices());
    security.follow(gate::recheck);
    try {
      server.start();
    } catch (IOException e) {
      InetSocketAddress bind = addresses.bind();
      throw new NodeStartException(
          Kind.PORT_IN_USE,
          "cannot listen on "
              + bind.getHostString()
              + ":"
              + bind.getPort()
              + ", the port is in use or the address is not this machine's; choose another with"
              + " --listen",
          e);
    }
    return new StandbyNotices(firstLoop, shards, () -> ring.heirs(STANDBYS), peers);
  }

  private void balance(EventLoop loop, Duration period) {
    Balancer balancer =
        new Balancer(
            IdSpace.DEFAULT,
            loop,
            () -> ring.isMember() && ring.owns(Balancer.KEY),
            answer ->
                ring.walk(
                    (members, problems) ->
                        loop.execute(
                            () ->
                                answer.accept(
                                    problems.isEmpty()
                                        ? members.stream().map(MemberState::self).toList()
                                        : List.of()))),
            new TopicCatalog(session.on(loop))::list,
            new PlacementStore(session.on(loop)),
            period);
    loop.execute(
        () -> {
          placement.whenChanged(shards::placementChanged);
          balancer.start();
        });
  }

  private static ConsumerId consumerId(SplittableRandom random) {
    synchronized (random) {
      return new ConsumerId(random.nextLong(), random.nextLong());
    }
  }

  private static void stop(Server server) throws InterruptedException {
    server.shutdown();
    if (!server.awaitTermination(SERVER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      server.shutdownNow();
      server.awaitTermination(SERVER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** The rule for names knows no colon. */
  private static String nodeName(String address) {
    return address.replaceAll("[^A-Za-z0-9._-]", "_");
  }

  private Optional<String> obstacle() {
    if (draining) {
      return Optional.of("draining");
    } else if (!session.isConnected()) {
      return Optional.of("no connection to ZooKeeper at " + zookeeper);
    }
    return ring.isMember() ? Optional.empty() : Optional.of("not a member of the ring");
  }

  private DescribeNodeResponse describe() {
    String version = ArpeggioNode.class.getPackage().getImplementationVersion();
    return DescribeNodeResponse.newBuilder()
        .setPosition(ring.position())
        .setVersion(version == null ? "unknown" : version)
        .setZookeeper(zookeeper)
        .setZookeeperConnected(session.isConnected())
        .setDraining(draining)
        .setPartitionsServed(shards.serving())
        .setPartitionsWarm(warm.stream().mapToInt(WarmSegments::partitions).sum())
        .setWarmBytes(warmth.usedBytes())
        .setTimeMs(System.currentTimeMillis())
        .build();
  }

  /** host:port by which others reach this node. */
  public String address() {
    return addresses.advertised();
  }

  /** ZooKeeper's connect string. */
  public String zookeeper() {
    return zookeeper;
  }

  /**
   * Completes, with a sentence, if something has ended for good without which this node cannot
   * serve: its embedded ZooKeeper server. It remains to be closed.
   */
  public CompletableFuture<String> failure() {
    return failure.copy();
  }

  /**
   * Hands everything over: leaves the ring, refuses new work and says who takes it, settles what
   * was accepted. Blocks, for a bounded time; {@link #close} remains to be called.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void drain() throws InterruptedException {
    draining = true;
    health.draining();
    // First the ring: then whoever is sent away from here is served where it is sent to.
    Optional<String> heir = ring.leave(LEAVE_TIMEOUT);
    CountDownLatch released = new CountDownLatch(1);
    shards.drain(heir, released::countDown);
    if (!released.await(DRAIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("not everything could be settled within {} s", DRAIN_TIMEOUT.toSeconds());
    }
  }

  /**
   * Stops at once, as far as other nodes can tell: without handing over and without leaving.
   * Idempotent.
   */
  @Override
  public void close() {
    closers.close();
  }
}

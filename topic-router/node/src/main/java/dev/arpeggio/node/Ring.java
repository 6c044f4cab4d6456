package dev.arpeggio.node;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.RingWalk;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.grpc.GrpcRingTransport;
import dev.arpeggio.node.placement.PlacementTable;
import dev.arpeggio.protocol.v1.RingPosition;
import io.grpc.BindableService;
import io.grpc.ChannelCredentials;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's position on the ring, with the thread and the transport that it runs on. Thread-safe.
 */
final class Ring implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ring.class);
  private static final String SCHEME = "grpc://";

  /** Members that a description of the ring lists at most. */
  private static final int MAX_WALK = 10_000;

  private final ThreadEventLoop loop;
  private final GrpcRingTransport transport;
  private final ChordNode chord;
  private final RingWalk walk;
  private final String ringAddress;

  private volatile String lastJoinFailure = "no answer";

  /** On the loop only. */
  private Runnable changed = () -> {};

  private final CompletableFuture<Boolean> member = new CompletableFuture<>();

  /**
   * @param address this node's host:port
   * @param peers what this node shows to others, and whom it believes to be one
   */
  Ring(String address, ChordConfig config, ChannelCredentials peers, RandomGenerator random) {
    this.ringAddress = SCHEME + address;
    this.loop = new ThreadEventLoop("arpeggio-ring");
    this.transport = GrpcRingTransport.attached(ringAddress, loop, peers);
    this.chord =
        new ChordNode(
            IdSpace.DEFAULT,
            new Peer(IdSpace.DEFAULT.hash(ringAddress), ringAddress),
            config,
            loop,
            transport,
            random,
            new Events());
    this.walk = new RingWalk(loop, transport, IdSpace.DEFAULT, config);
  }

  private final class Events implements RingListener {
    @Override
    public void viewChanged(RingView view) {
      if (view.status() == RingView.Status.MEMBER) {
        member.complete(true);
      }
      LOG.debug("ring: {}", view);
      changed.run();
    }

    @Override
    public void neighbourGone(Peer neighbour) {
      LOG.info("ring: neighbour {} is gone", neighbour.address());
    }

    @Override
    public void joinAttemptFailed(String reason) {
      LOG.debug("ring: not joined yet: {}", reason);
      lastJoinFailure = reason;
    }

    @Override
    public void invariantBroken(String problem) {
      LOG.error("ring: {}", problem);
    }
  }

  /** What answers other members; to be added to the node's server before {@link #start}. */
  BindableService service() {
    return transport.service();
  }

  /**
   * A view of the ring's owners that answers on {@code answers}.
   *
   * @param placement what is hashed for a partition
   */
  ChordDirectory directory(PlacementTable placement, Executor answers) {
    return new ChordDirectory(chord, IdSpace.DEFAULT, placement, loop, answers);
  }

  /** Whether this node is the owner of a key, by its own neighbours. Any thread. */
  boolean owns(String key) {
    return chord.view().owns(IdSpace.DEFAULT.hash(key));
  }

  /**
   * Joins through the seeds, or starts a ring if there are none.
   *
   * @param seeds host:port
   * @param whenChanged runs after every change of this node's neighbourhood, on the ring's thread
   * @return whether this node became a member in time; it goes on trying if not
   */
  boolean start(List<String> seeds, Duration timeout, Runnable whenChanged)
      throws InterruptedException {
    List<String> addresses = seeds.stream().map(seed -> SCHEME + seed).toList();
    loop.execute(
        () -> {
          changed = whenChanged;
          chord.start(addresses);
        });
    return await(member, timeout);
  }

  /** Why the latest attempt to join came to nothing. Any thread. */
  String lastJoinFailure() {
    return lastJoinFailure;
  }

  boolean isMember() {
    return chord.view().status() == RingView.Status.MEMBER;
  }

  /** host:port of the members that take over from this one, nearest first. Any thread. */
  List<String> heirs(int count) {
    return chord.view().successors().stream()
        .map(peer -> ChordDirectory.hostAndPort(peer.address()))
        .distinct()
        .limit(count)
        .toList();
  }

  /** This node and its neighbours. Any thread. */
  RingPosition position() {
    RingView view = chord.view();
    return position(view.self(), view.predecessor(), view.successors()).build();
  }

  /** Walks the ring; answers once, on the ring's thread. */
  void walk(RingWalk.Callback callback) {
    loop.execute(() -> walk.walk(ringAddress, MAX_WALK, callback));
  }

  static RingPosition.Builder position(
      Peer self, @Nullable Peer predecessor, List<Peer> successors) {
    RingPosition.Builder position =
        RingPosition.newBuilder()
            .setId(self.id().toString())
            .setAddress(ChordDirectory.hostAndPort(self.address()));
    if (predecessor != null) {
      position.setPredecessor(ChordDirectory.hostAndPort(predecessor.address()));
    }
    for (Peer successor : successors) {
      position.addSuccessors(ChordDirectory.hostAndPort(successor.address()));
    }
    return position;
  }

  /**
   * Leaves gracefully, as far as the time suffices; no change is told any more.
   *
   * @return host:port of the member that takes over; empty if there is none
   */
  Optional<String> leave(Duration timeout) throws InterruptedException {
    CompletableFuture<Boolean> left = new CompletableFuture<>();
    Optional<String> heir = heirs(1).stream().findFirst();
    loop.execute(
        () -> {
          changed = () -> {};
          chord.leave(() -> left.complete(true));
        });
    await(left, timeout);
    return heir;
  }

  private static boolean await(CompletableFuture<Boolean> future, Duration timeout)
      throws InterruptedException {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed exceptionally", e);
    }
  }

  /** Stops without a word to the others. */
  @Override
  public void close() {
    loop.execute(chord::stop);
    transport.close();
    loop.close();
  }
}

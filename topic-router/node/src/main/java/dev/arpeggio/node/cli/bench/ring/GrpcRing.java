package dev.arpeggio.node.cli.bench.ring;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingCheck;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.grpc.GrpcRingTransportProvider;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Nodes in this process, each with a port and a thread. For one thread, but for lookups. */
final class GrpcRing implements AutoCloseable {
  private static final IdSpace SPACE = IdSpace.DEFAULT;
  private static final ChordConfig CONFIG = ChordConfig.lan();
  private static final long POLL_MILLIS = 20;
  private static final long PATIENCE_SECONDS = 120;

  private final List<Member> members = new ArrayList<>();
  private final TreeMap<RingId, Peer> byId = new TreeMap<>();

  private record Member(ThreadEventLoop loop, RingTransport transport, ChordNode node) {}

  private GrpcRing() {}

  /**
   * Starts them, and returns once they are one ring in which every pointer is right.
   *
   * @throws IOException if they do not become one
   */
  static GrpcRing start(int count) throws IOException, InterruptedException {
    GrpcRing ring = new GrpcRing();
    try {
      for (int i = 0; i < count; i++) {
        ring.add();
      }
      ring.awaitIdeal();
      return ring;
    } catch (IOException | InterruptedException | RuntimeException e) {
      ring.close();
      throw e;
    }
  }

  private void add() throws IOException {
    ThreadEventLoop loop = new ThreadEventLoop("bench-ring-" + members.size());
    RingTransport transport;
    try {
      transport = new GrpcRingTransportProvider().open(URI.create("grpc://127.0.0.1:0"), loop);
    } catch (IOException | RuntimeException e) {
      loop.close();
      throw e;
    }
    Peer self = Peer.at(SPACE, transport.address());
    Random random = new Random(members.size());
    ChordNode node =
        new ChordNode(SPACE, self, CONFIG, loop, transport, random, new RingListener() {});
    List<String> seeds =
        members.isEmpty() ? List.of() : List.of(members.get(0).transport().address());
    members.add(new Member(loop, transport, node));
    byId.put(self.id(), self);
    loop.execute(() -> node.start(seeds));
  }

  private void awaitIdeal() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    List<String> problems = problems();
    while (!problems.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("after " + PATIENCE_SECONDS + " s: " + problems.get(0));
      }
      Thread.sleep(POLL_MILLIS);
      problems = problems();
    }
  }

  private List<String> problems() {
    List<RingView> views = members.stream().map(member -> member.node().view()).toList();
    if (!views.stream().allMatch(view -> view.status() == RingView.Status.MEMBER)) {
      return List.of("not all have joined");
    }
    return RingCheck.problems(
        views.stream()
            .map(view -> new MemberState(view.self(), view.predecessor(), view.successors()))
            .sorted(Comparator.comparing(state -> state.self().id()))
            .toList(),
        CONFIG.successorListLength());
  }

  int size() {
    return members.size();
  }

  /** Has a node look a key up; the callback is called on the node's thread. */
  void lookup(int node, RingId key, LookupCallback callback) {
    Member asked = members.get(node);
    asked.loop().execute(() -> asked.node().lookup(key, callback));
  }

  static RingId key(long number) {
    return SPACE.hash("key " + number);
  }

  /** Who owns the key. */
  Peer owner(RingId key) {
    Map.Entry<RingId, Peer> next = byId.ceilingEntry(key);
    return next == null ? byId.firstEntry().getValue() : next.getValue();
  }

  @Override
  public void close() {
    for (Member member : members) {
      member.loop().execute(member.node()::stop);
      member.transport().close();
      member.loop().close();
    }
  }
}

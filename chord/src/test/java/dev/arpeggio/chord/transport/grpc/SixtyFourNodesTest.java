package dev.arpeggio.chord.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingCheck;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sixty-four production nodes, each with a thread and a port of its own, in one process. */
final class SixtyFourNodesTest {
  private static final int NODES = 64;
  private static final IdSpace SPACE = IdSpace.DEFAULT;

  /** Unhurried rounds, and patience: the machine may have few cores and other work. */
  private static final ChordConfig CONFIG =
      new ChordConfig(
          "sixty-four",
          4,
          Duration.ofMillis(250),
          0.2,
          Duration.ofSeconds(10),
          2,
          Duration.ofMillis(250),
          Duration.ofSeconds(5),
          Duration.ofMillis(250),
          Duration.ofSeconds(2),
          64,
          4);

  private final List<Member> members = new ArrayList<>();

  /** A permit for each change that any node has told of. */
  private final Semaphore changes = new Semaphore(0);

  @AfterEach
  void stopAll() {
    members.forEach(Member::stop);
  }

  @Test
  void formOneIdealRingAndAgreeOnOwners() throws Exception {
    long start = System.nanoTime();
    Duration cpuBefore = cpu();
    Member founder = start(List.of());
    for (int i = 1; i < NODES; i++) {
      start(List.of(founder.transport.address()));
    }
    awaitIdeal();
    System.getLogger(getClass().getName())
        .log(
            System.Logger.Level.INFO,
            "an ideal ring of {0} nodes after {1} ms and {2} ms of processor time",
            NODES,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
            cpu().minus(cpuBefore).toMillis());
    for (int i = 0; i < NODES; i++) {
      RingId key = SPACE.hash("key " + i);
      List<Member> owners = members.stream().filter(m -> m.node.view().owns(key)).toList();
      assertEquals(1, owners.size());
      assertEquals(owners.get(0).node.view().self(), members.get(i).lookup(key).owner());
    }
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private Member start(List<String> seeds) throws Exception {
    ThreadEventLoop loop = new ThreadEventLoop("node-" + members.size());
    RingTransport transport =
        new GrpcRingTransportProvider().open(URI.create("grpc://127.0.0.1:0"), loop);
    Member member = new Member(loop, transport);
    members.add(member);
    loop.execute(() -> member.node.start(seeds));
    return member;
  }

  private void awaitIdeal() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    List<String> problems = problems();
    while (!problems.isEmpty()) {
      long left = deadline - System.nanoTime();
      assertTrue(changes.tryAcquire(left, TimeUnit.NANOSECONDS), problems::toString);
      changes.drainPermits();
      problems = problems();
    }
  }

  private List<String> problems() {
    List<RingView> views = members.stream().map(member -> member.node.view()).toList();
    if (!views.stream().allMatch(view -> view.status() == RingView.Status.MEMBER)) {
      return List.of("not all are members");
    }
    return RingCheck.problems(
        views.stream()
            .map(view -> new MemberState(view.self(), view.predecessor(), view.successors()))
            .sorted(Comparator.comparing(member -> member.self().id()))
            .toList(),
        CONFIG.successorListLength());
  }

  private final class Member {
    private final ThreadEventLoop loop;
    private final RingTransport transport;
    private final ChordNode node;

    Member(ThreadEventLoop loop, RingTransport transport) {
      this.loop = loop;
      this.transport = transport;
      this.node =
          new ChordNode(
              SPACE,
              Peer.at(SPACE, transport.address()),
              CONFIG,
              loop,
              transport,
              new Random(members.size()),
              new RingListener() {
                @Override
                public void viewChanged(RingView view) {
                  changes.release();
                }
              });
    }

    LookupResult lookup(RingId key) throws Exception {
      BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
      loop.execute(
          () ->
              node.lookup(
                  key,
                  new LookupCallback() {
                    @Override
                    public void succeeded(LookupResult result) {
                      ends.add(result);
                    }

                    @Override
                    public void failed(LookupException failure) {
                      ends.add(failure);
                    }
                  }));
      Object end = ends.poll(60, TimeUnit.SECONDS);
      if (end instanceof LookupResult result) {
        return result;
      }
      throw new AssertionError("a lookup ended with " + end);
    }

    void stop() {
      loop.execute(node::stop);
      transport.close();
      loop.close();
    }
  }
}

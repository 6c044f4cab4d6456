package dev.arpeggio.chord;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Position;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.SharedTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Production nodes in virtual time whose processes can be stopped and continued, as a debugger, a
 * hypervisor or a long collection of garbage does: what arrives meanwhile waits, and its timers go
 * off late. Messages take 0.2 to 2 ms.
 */
final class VirtualRing {
  private record Due(long nanos, long sequence, Runnable task) {}

  private final ChordConfig config;
  private final int positions;
  private final SplittableRandom random;
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::sequence));
  private final Map<String, Member> listening = new LinkedHashMap<>();
  private final List<Member> members = new ArrayList<>();
  private long nowNanos;
  private long sequence;
  private long messages;

  /** A ring of so many, all joined through the first and settled. */
  VirtualRing(int size, ChordConfig config, long seed) {
    this(size, 1, config, seed);
  }

  /** A ring of so many daemons with so many nodes each. */
  VirtualRing(int size, int positions, ChordConfig config, long seed) {
    this.config = config;
    this.positions = positions;
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < size; i++) {
      join();
    }
    settle();
  }

  /** Adds a node. */
  void join() {
    Member member = new Member(members.size());
    members.add(member);
    listening.put(member.address(), member);
    member.nodes.forEach(node -> node.start(List.of(members.get(0).address())));
  }

  /** Calls to it are refused from now on. */
  void crash(int number) {
    listening.remove(members.get(number).address());
    members.get(number).dead = true;
  }

  /** Calls to it are lost from now on. */
  void vanish(int number) {
    members.get(number).dead = true;
  }

  void pause(int number, Duration duration) {
    members.get(number).pausedUntilNanos = nowNanos + duration.toNanos();
  }

  void run(Duration duration) {
    long end = nowNanos + duration.toNanos();
    while (!queue.isEmpty() && queue.peek().nanos() <= end) {
      Due due = queue.remove();
      nowNanos = due.nanos();
      due.task().run();
    }
    nowNanos = end;
  }

  /** Lets time pass until the ring is ideal; returns how much. */
  Duration settle() {
    long start = nowNanos;
    while (!isIdeal()) {
      if (nowNanos - start > Duration.ofMinutes(5).toNanos()) {
        throw new AssertionError("a ring that does not settle");
      }
      run(Duration.ofMillis(5));
    }
    return Duration.ofNanos(nowNanos - start);
  }

  boolean isIdeal() {
    List<MemberState> states = new ArrayList<>();
    for (Member member : members) {
      if (member.dead) {
        continue;
      }
      for (ChordNode node : member.nodes) {
        RingView view = node.view();
        if (view.status() != RingView.Status.MEMBER) {
          return false;
        }
        states.add(new MemberState(view.self(), view.predecessor(), view.successors()));
      }
    }
    states.sort(Comparator.comparing(state -> state.self().id()));
    return RingCheck.problems(states, config.successorListLength()).isEmpty();
  }

  LookupResult lookup(int from, RingId key) {
    AtomicReference<@Nullable Object> end = new AtomicReference<>();
    members
        .get(from)
        .nodes
        .get(0)
        .lookup(
            key,
            new LookupCallback() {
              @Override
              public void succeeded(LookupResult result) {
                end.set(result);
              }

              @Override
              public void failed(LookupException failure) {
                end.set(failure);
              }
            });
    for (int i = 0; end.get() == null && i < 100_000; i++) {
      run(Duration.ofMillis(1));
    }
    if (end.get() instanceof LookupResult result) {
      return result;
    }
    throw new AssertionError("a lookup ended with " + end.get());
  }

  RingView view(int number) {
    return view(number, 0);
  }

  RingView view(int number, int position) {
    return members.get(number).nodes.get(position).view();
  }

  /** Whom a node took for dead since the beginning. */
  List<Peer> buried(int number) {
    return members.get(number).buried;
  }

  /** Time since the beginning. */
  Duration elapsed() {
    return Duration.ofNanos(nowNanos);
  }

  /** Calls made since the beginning. */
  long messages() {
    return messages;
  }

  private void schedule(long delayNanos, Runnable task) {
    queue.add(new Due(nowNanos + Math.max(0, delayNanos), sequence++, task));
  }

  private long latencyNanos() {
    return random.nextLong(200_000, 2_000_000);
  }

  private final class Member implements EventLoop, RingTransport {
    private final String address;
    private final List<Peer> buried = new ArrayList<>();
    private final List<ChordNode> nodes = new ArrayList<>();
    private @Nullable RequestHandler handler;
    private long pausedUntilNanos;
    private boolean dead;

    Member(int number) {
      address = "virtual://" + number;
      for (RingTransport transport : SharedTransport.share(this, positions)) {
        nodes.add(
            new ChordNode(
                IdSpace.DEFAULT,
                Peer.at(IdSpace.DEFAULT, transport.address()),
                config,
                this,
                transport,
                random.split(),
                new Mourner(buried)));
      }
    }

    /** Runs the task in this member's process, now or when it continues. */
    private void enter(Runnable task) {
      if (nowNanos < pausedUntilNanos) {
        VirtualRing.this.schedule(pausedUntilNanos - nowNanos, () -> enter(task));
      } else if (!dead) {
        task.run();
      }
    }

    @Override
    public long nanoTime() {
      return nowNanos;
    }

    @Override
    public void execute(Runnable task) {
      VirtualRing.this.schedule(0, () -> enter(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      boolean[] cancelled = {false};
      VirtualRing.this.schedule(
          delay.toNanos(),
          () ->
              enter(
                  () -> {
                    if (!cancelled[0]) {
                      task.run();
                    }
                  }));
      return () -> cancelled[0] = true;
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public void serve(RequestHandler requests) {
      handler = requests;
    }

    @Override
    public void call(
        String callee, RingRequest request, Duration timeout, ResponseCallback callback) {
      messages++;
      Position position = Position.of(callee);
      long deadlineNanos = nowNanos + timeout.toNanos();
      boolean[] ended = {false};
      schedule(
          timeout,
          () -> {
            if (!ended[0]) {
              ended[0] = true;
              callback.failed(new CallFailure.TimedOut(callee));
            }
          });
      VirtualRing.this.schedule(
          latencyNanos(),
          () -> {
            Member target = listening.get(position.daemon());
            if (target == null) {
              reply(null, deadlineNanos, ended, callback);
            } else {
              target.enter(
                  () ->
                      reply(
                          target.answer(request.at(position.number())),
                          deadlineNanos,
                          ended,
                          callback));
            }
          });
    }

    private RingResponse answer(RingRequest request) {
      if (handler == null) {
        throw new AssertionError(address + " does not serve");
      }
      return handler.handle(request);
    }

    private void reply(
        @Nullable RingResponse response,
        long deadlineNanos,
        boolean[] ended,
        ResponseCallback callback) {
      VirtualRing.this.schedule(
          latencyNanos(),
          () ->
              enter(
                  () -> {
                    if (ended[0]) {
                      return;
                    }
                    ended[0] = true;
                    if (nowNanos >= deadlineNanos) {
                      // It may have come in time, but the process slept through it.
                      callback.failed(new CallFailure.TimedOut("slept"));
                    } else if (response == null) {
                      callback.failed(new CallFailure.Unreachable("gone"));
                    } else if (response instanceof RingResponse.Refused refused) {
                      callback.failed(new CallFailure.Refused(refused.reason(), refused.detail()));
                    } else {
                      callback.succeeded(response);
                    }
                  }));
    }

    @Override
    public void close() {}
  }

  private record Mourner(List<Peer> buried) implements RingListener {
    @Override
    public void neighbourGone(Peer neighbour) {
      buried.add(neighbour);
    }

    @Override
    public void invariantBroken(String problem) {
      throw new AssertionError(problem);
    }
  }
}

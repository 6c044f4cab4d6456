package dev.arpeggio.chord.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every transport owes its callers. A new transport subclasses this once. */
public abstract class RingTransportContract {
  protected static final Duration LONG = Duration.ofSeconds(30);

  private static final Handshake HANDSHAKE = new Handshake("test", 64, Handshake.CURRENT_VERSION);
  private static final Peer A = new Peer(new RingId(1), "test://a");
  private static final Peer B = new Peer(new RingId(-2), "test://b");

  private final List<AutoCloseable> opened = new ArrayList<>();

  /** The scheme under which the transport is found. */
  protected abstract String scheme();

  /** Opens a transport at any free address. */
  protected abstract RingTransport open(EventLoop loop) throws IOException;

  @AfterEach
  final void closeEverything() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }

  @Test
  void itIsFoundByItsScheme() {
    assertEquals(
        1,
        ServiceLoader.load(RingTransportProvider.class).stream()
            .filter(provider -> provider.get().scheme().equals(scheme()))
            .count());
  }

  @Test
  void everyQueryArrivesAsItWasSent() throws Exception {
    End server = end();
    AtomicReference<RingQuery> heard = new AtomicReference<>();
    server.transport.serve(
        request -> {
          assertEquals(HANDSHAKE, request.handshake());
          heard.set(request.query());
          return new RingResponse.Accepted();
        });
    End client = end();
    for (RingQuery query :
        List.of(
            new RingQuery.Ping(),
            new RingQuery.GetState(),
            new RingQuery.Route(new RingId(-1), List.of()),
            new RingQuery.Route(new RingId(7), List.of(new RingId(0), new RingId(-9))),
            new RingQuery.Forward(new RingId(7), List.of(new RingId(-9)), A, -3, 0, 64),
            new RingQuery.Found(-3, new RingId(7), A, B, 5),
            new RingQuery.Notify(A),
            new RingQuery.Leave(new MemberState(A, null, List.of())),
            new RingQuery.Leave(new MemberState(A, B, List.of(B, A))))) {
      assertEquals(new RingResponse.Accepted(), client.ask(server, query).response());
      assertEquals(query, heard.get());
    }
  }

  @Test
  void everyResponseArrivesAsItWasGiven() throws Exception {
    End server = end();
    AtomicReference<RingResponse> next = new AtomicReference<>(new RingResponse.Busy());
    server.transport.serve(request -> Objects.requireNonNull(next.get()));
    End client = end();
    for (RingResponse response :
        List.of(
            new RingResponse.Alive(A),
            new RingResponse.State(new MemberState(A, null, List.of())),
            new RingResponse.State(new MemberState(A, B, List.of(B, A))),
            new RingResponse.Busy(),
            new RingResponse.Owner(A, B),
            new RingResponse.Closer(List.of(B, A)),
            new RingResponse.Accepted())) {
      next.set(response);
      assertEquals(response, client.ask(server, new RingQuery.Ping()).response());
    }
  }

  @Test
  void aRefusalArrivesAsAFailureWithItsReason() throws Exception {
    End server = end();
    AtomicReference<RefusalReason> next = new AtomicReference<>(RefusalReason.MALFORMED);
    server.transport.serve(
        request -> new RingResponse.Refused(Objects.requireNonNull(next.get()), "because"));
    End client = end();
    for (RefusalReason reason : RefusalReason.values()) {
      next.set(reason);
      assertEquals(
          new CallFailure.Refused(reason, "because"),
          client.ask(server, new RingQuery.Ping()).failure());
    }
  }

  @Test
  void whoDoesNotServeYetIsNoMember() throws Exception {
    CallFailure failure = end().ask(end(), new RingQuery.Ping()).failure();
    assertEquals(
        RefusalReason.NOT_MEMBER, assertInstanceOf(CallFailure.Refused.class, failure).reason());
  }

  @Test
  void whoIsGoneIsUnreachable() throws Exception {
    End server = end();
    server.transport.serve(request -> new RingResponse.Busy());
    End client = end();
    assertEquals(new RingResponse.Busy(), client.ask(server, new RingQuery.Ping()).response());
    server.transport.close();
    // The first call may still find the broken connection, of which nothing is known for sure.
    client.ask(server, new RingQuery.Ping());
    assertInstanceOf(
        CallFailure.Unreachable.class, client.ask(server, new RingQuery.Ping()).failure());
  }

  @Test
  void whoComesBackIsReachedAtOnce() throws Exception {
    End server = end();
    server.transport.close();
    End client = end();
    assertInstanceOf(
        CallFailure.Unreachable.class, client.ask(server, new RingQuery.Ping()).failure());
    RingTransport again = reopen(server);
    again.serve(request -> new RingResponse.Busy());
    assertEquals(new RingResponse.Busy(), client.ask(server, new RingQuery.Ping()).response());
  }

  @Test
  void anAddressOfAnotherSchemeIsUnreachable() throws Exception {
    End client = end();
    assertInstanceOf(
        CallFailure.Unreachable.class,
        client.ask("pigeon://coop", LONG, new RingQuery.Ping()).failure());
  }

  @Test
  void whoDoesNotAnswerInTimeTimesOut() throws Exception {
    End server = end();
    CountDownLatch release = new CountDownLatch(1);
    server.transport.serve(
        request -> {
          awaitQuietly(release);
          return new RingResponse.Busy();
        });
    End client = end();
    Outcome outcome =
        client.ask(server.transport.address(), Duration.ofMillis(100), new RingQuery.Ping());
    assertInstanceOf(CallFailure.TimedOut.class, outcome.failure());
    release.countDown();
    // The late answer must not be taken for that of the next call, nor come twice.
    assertEquals(new RingResponse.Busy(), client.ask(server, new RingQuery.Ping()).response());
    assertTrue(client.outcomes.isEmpty());
  }

  @Test
  void everythingIsHeardOnTheLoopThatItBelongsTo() throws Exception {
    End server = end();
    AtomicReference<Thread> served = new AtomicReference<>();
    server.transport.serve(
        request -> {
          served.set(Thread.currentThread());
          return new RingResponse.Busy();
        });
    End client = end();
    Outcome answered = client.ask(server, new RingQuery.Ping());
    Outcome failed = client.ask("pigeon://coop", LONG, new RingQuery.Ping());
    assertSame(server.thread(), served.get());
    assertSame(client.thread(), answered.heardOn());
    assertSame(client.thread(), failed.heardOn());
  }

  @Test
  void aClosedTransportCallsNobody() throws Exception {
    End server = end();
    server.transport.serve(request -> new RingResponse.Busy());
    End client = end();
    client.transport.close();
    client.transport.close();
    assertInstanceOf(
        CallFailure.Unreachable.class, client.ask(server, new RingQuery.Ping()).failure());
  }

  @Test
  void callsUnderWayFailWhenTheirTransportCloses() throws Exception {
    End server = end();
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    server.transport.serve(
        request -> {
          arrived.countDown();
          awaitQuietly(release);
          return new RingResponse.Busy();
        });
    End client = end();
    client.send(server.transport.address(), LONG, new RingQuery.Ping());
    assertTrue(arrived.await(30, TimeUnit.SECONDS));
    client.transport.close();
    assertInstanceOf(CallFailure.Unreachable.class, client.outcome().failure());
    release.countDown();
  }

  @Test
  void nodesThatShareATransportAreToldApart() throws Exception {
    End daemon = end();
    List<RingTransport> shares = SharedTransport.share(daemon.transport, 3);
    for (RingTransport share : shares.subList(0, 2)) {
      Peer self = new Peer(new RingId(1), share.address());
      share.serve(request -> new RingResponse.Alive(self));
    }
    End client = end();
    for (RingTransport share : shares.subList(0, 2)) {
      RingResponse answer = client.ask(share.address(), LONG, new RingQuery.Ping()).response();
      assertEquals(
          share.address(), assertInstanceOf(RingResponse.Alive.class, answer).self().address());
    }
    shares.get(1).close();
    for (String address :
        List.of(
            shares.get(1).address(), shares.get(2).address(), daemon.transport.address() + "/9")) {
      CallFailure failure = client.ask(address, LONG, new RingQuery.Ping()).failure();
      assertEquals(
          RefusalReason.NOT_MEMBER, assertInstanceOf(CallFailure.Refused.class, failure).reason());
    }
    assertInstanceOf(
        CallFailure.Unreachable.class,
        client.ask(daemon.transport.address() + "/x", LONG, new RingQuery.Ping()).failure());
  }

  @Test
  void aTransportIsServedOnce() throws Exception {
    RingTransport transport = end().transport;
    transport.serve(request -> new RingResponse.Busy());
    assertThrows(
        IllegalStateException.class, () -> transport.serve(request -> new RingResponse.Accepted()));
  }

  /** Opens a transport at the address of one that was closed. */
  protected abstract RingTransport reopen(String address, EventLoop loop) throws IOException;

  private RingTransport reopen(End end) throws IOException {
    RingTransport transport = reopen(end.transport.address(), end.loop);
    opened.add(0, transport);
    return transport;
  }

  protected final End end() throws IOException {
    return end(this::open);
  }

  /** How an end gets its transport. */
  protected interface Opener {
    RingTransport open(EventLoop loop) throws IOException;
  }

  protected final End end(Opener opener) throws IOException {
    ThreadEventLoop loop = new ThreadEventLoop("loop-" + opened.size());
    opened.add(loop);
    RingTransport transport = opener.open(loop);
    opened.add(0, transport);
    return new End(loop, transport);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A transport, its loop, and what its calls came to. */
  protected static final class End {
    private final ThreadEventLoop loop;
    private final RingTransport transport;
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

    private End(ThreadEventLoop loop, RingTransport transport) {
      this.loop = loop;
      this.transport = transport;
    }

    public RingTransport transport() {
      return transport;
    }

    public Outcome ask(End other, RingQuery query) throws InterruptedException {
      return ask(other.transport.address(), LONG, query);
    }

    Outcome ask(String address, Duration timeout, RingQuery query) throws InterruptedException {
      send(address, timeout, query);
      return outcome();
    }

    public void send(String address, Duration timeout, RingQuery query) {
      transport.call(
          address,
          new RingRequest(HANDSHAKE, query),
          timeout,
          new ResponseCallback() {
            @Override
            public void succeeded(RingResponse response) {
              outcomes.add(new Outcome(response, null, Thread.currentThread()));
            }

            @Override
            public void failed(CallFailure failure) {
              outcomes.add(new Outcome(null, failure, Thread.currentThread()));
            }
          });
    }

    public Outcome outcome() throws InterruptedException {
      Outcome outcome = outcomes.poll(60, TimeUnit.SECONDS);
      if (outcome == null) {
        throw new AssertionError("a call without an end");
      }
      return outcome;
    }

    Thread thread() throws InterruptedException {
      BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
      loop.execute(() -> threads.add(Thread.currentThread()));
      Thread thread = threads.poll(30, TimeUnit.SECONDS);
      if (thread == null) {
        throw new AssertionError("the loop stands still");
      }
      return thread;
    }
  }

  /** How a call ended. */
  public record Outcome(
      @Nullable RingResponse response, @Nullable CallFailure failure, Thread heardOn) {}
}

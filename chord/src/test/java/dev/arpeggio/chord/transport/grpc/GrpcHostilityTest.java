package dev.arpeggio.chord.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.EventLoop;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RequestHandler;
import dev.arpeggio.chord.transport.ResponseCallback;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.RingTransport;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that are slow, half open, greedy or mad cost their own calls and nothing else. */
final class GrpcHostilityTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final RingQuery PING = new RingQuery.Ping();
  private static final RingResponse ANSWER = new RingResponse.Busy();
  private static final String HUGE =
      "grpc://" + "x".repeat(2 * GrpcRingTransport.MAX_MESSAGE_BYTES);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void closeEverything() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }

  @Test
  void manyCallsToOnePeerShareOneConnection() throws Exception {
    Trap counter = trap(0, open(request -> ANSWER));
    RingTransport client = open(request -> ANSWER);
    List<Ends> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(call(client, counter.address(), PING, LONG));
    }
    for (Ends ends : calls) {
      assertEquals(ANSWER, ends.next());
    }
    assertEquals(1, counter.accepted());
  }

  @Test
  void aPeerThatHangsCannotUseUpTheCallsThatOthersNeed() throws Exception {
    RingTransport server = open(request -> ANSWER);
    Trap hole = trap(Integer.MAX_VALUE, server);
    RingTransport client = open(request -> ANSWER);
    for (int i = 0; i < ChannelPool.MAX_CALLS_PER_PEER; i++) {
      call(client, hole.address(), PING, LONG);
    }
    CallFailure.Refused refused =
        assertInstanceOf(
            CallFailure.Refused.class, call(client, hole.address(), PING, LONG).next());
    assertEquals(RefusalReason.OVERLOADED, refused.reason());
    assertEquals(ANSWER, call(client, server.address(), PING, LONG).next());
  }

  @Test
  void theCallsOfOneNodeAreBounded() throws Exception {
    RingTransport server = open(request -> ANSWER);
    RingTransport client = open(request -> ANSWER);
    int holes = ChannelPool.MAX_CALLS / ChannelPool.MAX_CALLS_PER_PEER;
    for (int hole = 0; hole < holes; hole++) {
      String address = trap(Integer.MAX_VALUE, server).address();
      for (int i = 0; i < ChannelPool.MAX_CALLS_PER_PEER; i++) {
        call(client, address, PING, LONG);
      }
    }
    CallFailure.Refused refused =
        assertInstanceOf(
            CallFailure.Refused.class, call(client, server.address(), PING, LONG).next());
    assertEquals(RefusalReason.OVERLOADED, refused.reason());
  }

  @Test
  void callsThatEndedMakeRoomForOthers() throws Exception {
    RingTransport server = open(request -> ANSWER);
    RingTransport client = open(request -> ANSWER);
    for (int i = 0; i < 2 * ChannelPool.MAX_CALLS_PER_PEER; i++) {
      assertEquals(ANSWER, call(client, server.address(), PING, LONG).next());
    }
  }

  @Test
  void aHalfOpenConnectionIsReplacedAfterAFewTimeouts() throws Exception {
    Trap trap = trap(1, open(request -> ANSWER));
    RingTransport client = open(request -> ANSWER);
    // However slow this machine is: the connection stands, and is half open, before time runs.
    call(client, trap.address(), PING, LONG);
    trap.awaitConnection();
    for (int i = 0; i < ChannelPool.TIMEOUTS_UNTIL_REDIAL; i++) {
      assertInstanceOf(
          CallFailure.TimedOut.class, call(client, trap.address(), PING, SHORT).next());
    }
    assertEquals(ANSWER, call(client, trap.address(), PING, LONG).next());
    assertEquals(2, trap.accepted());
  }

  @Test
  void anOversizedAnswerFailsItsCallOnly() throws Exception {
    RingTransport server =
        open(
            request ->
                request.query() instanceof RingQuery.GetState
                    ? new RingResponse.Alive(new Peer(new RingId(1), HUGE))
                    : ANSWER);
    RingTransport client = open(request -> ANSWER);
    assertInstanceOf(
        CallFailure.class, call(client, server.address(), new RingQuery.GetState(), LONG).next());
    assertEquals(ANSWER, call(client, server.address(), PING, LONG).next());
  }

  @Test
  void anOversizedRequestIsNotHandled() throws Exception {
    List<RingQuery> handled = new ArrayList<>();
    RingTransport server =
        open(
            request -> {
              handled.add(request.query());
              return ANSWER;
            });
    RingTransport client = open(request -> ANSWER);
    RingQuery huge = new RingQuery.Notify(new Peer(new RingId(1), HUGE));
    assertInstanceOf(CallFailure.class, call(client, server.address(), huge, LONG).next());
    assertEquals(ANSWER, call(client, server.address(), PING, LONG).next());
    assertEquals(List.of(PING), handled);
  }

  @Test
  void anAddressThatNobodyCanHaveIsMalformed() throws Exception {
    RingTransport server = open(request -> ANSWER);
    RingTransport client = open(request -> ANSWER);
    RingQuery odd = new RingQuery.Notify(new Peer(new RingId(1), "grpc://" + "x".repeat(600)));
    CallFailure.Refused refused =
        assertInstanceOf(
            CallFailure.Refused.class, call(client, server.address(), odd, LONG).next());
    assertEquals(RefusalReason.MALFORMED, refused.reason());
  }

  @Test
  void callersThatConnectAndDawdleKeepNobodyWaiting() throws Exception {
    RingTransport server = open(request -> ANSWER);
    URI address = URI.create(server.address());
    byte[] greeting = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 50; i++) {
      Socket socket = new Socket(address.getHost(), address.getPort());
      opened.addLast(socket);
      socket.getOutputStream().write(greeting, 0, i % greeting.length);
    }
    RingTransport client = open(request -> ANSWER);
    assertEquals(ANSWER, call(client, server.address(), PING, LONG).next());
  }

  private Trap trap(int swallowed, RingTransport behind) throws Exception {
    Trap trap = new Trap(swallowed, behind.address());
    opened.addLast(trap);
    return trap;
  }

  private RingTransport open(RequestHandler handler) throws Exception {
    ThreadEventLoop loop = new ThreadEventLoop("loop-" + opened.size());
    opened.addLast(loop);
    RingTransport transport = openAt(loop);
    opened.addFirst(transport);
    transport.serve(handler);
    return transport;
  }

  private static RingTransport openAt(EventLoop loop) throws Exception {
    return new GrpcRingTransportProvider().open(URI.create("grpc://127.0.0.1:0"), loop);
  }

  private static Ends call(RingTransport from, String address, RingQuery query, Duration timeout) {
    Ends ends = new Ends();
    from.call(
        address,
        new RingRequest(new Handshake("test", 64, Handshake.CURRENT_VERSION), query),
        timeout,
        ends);
    return ends;
  }

  /** The end of one call: a response or a failure. */
  private static final class Ends implements ResponseCallback {
    private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();

    @Override
    public void succeeded(RingResponse response) {
      ends.add(response);
    }

    @Override
    public void failed(CallFailure failure) {
      ends.add(failure);
    }

    Object next() throws InterruptedException {
      Object end = ends.poll(90, TimeUnit.SECONDS);
      assertNotNull(end, "a call without an end");
      assertTrue(ends.isEmpty());
      return end;
    }
  }
}

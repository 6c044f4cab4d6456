package dev.arpeggio.node;

import static dev.arpeggio.node.Wire.OTHER_ID;
import static dev.arpeggio.node.Wire.SOME_ID;
import static dev.arpeggio.node.Wire.attach;
import static dev.arpeggio.node.Wire.batch;
import static dev.arpeggio.node.Wire.channel;
import static dev.arpeggio.node.Wire.consume;
import static dev.arpeggio.node.Wire.message;
import static dev.arpeggio.node.Wire.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.arpeggio.node.Wire.Answers;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.Credit;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveResponse;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SubscriptionState;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients that behave badly, each beside one that behaves well and must not notice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireStrangersTest {
  /** Both ends are in this process, which may open 20,000 files where this was written. */
  private static final int CONNECTIONS = 8_000;

  private static final long MOST_HEAP_OF_A_CONNECTION = 64 << 10;

  private final SevereLog log = new SevereLog();
  private TestCluster cluster;
  private InetSocketAddress port;
  private ManagedChannel node;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(1).untilIdeal();
    String[] address = cluster.addresses().get(0).split(":", 2);
    port = new InetSocketAddress(address[0], Integer.parseInt(address[1]));
    node = channel(cluster.addresses().get(0));
    create("witness");
  }

  @AfterAll
  void stop() throws IOException {
    log.close();
    node.shutdownNow();
    cluster.close();
  }

  @AfterEach
  void theWitnessIsServed() {
    QueueGrpc.QueueBlockingStub queue =
        QueueGrpc.newBlockingStub(node).withDeadlineAfter(30, TimeUnit.SECONDS);
    long offset =
        queue
            .send(SendRequest.newBuilder().setTopic("witness").addMessages(message("x")).build())
            .getLastOffset();
    assertEquals(offset, queue.receive(receive("witness", 1)).getMessages(0).getOffset());
    assertEquals(List.of(), log.records(), "a stranger's mistake is no defect");
  }

  @Test
  void garbageOnThePortChangesNothing() throws IOException {
    SplittableRandom random = new SplittableRandom(17);
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[1 + random.nextInt(4_000)];
      random.nextBytes(garbage);
      try (Socket socket = new Socket(port.getAddress(), port.getPort());
          OutputStream out = socket.getOutputStream()) {
        out.write(garbage);
      } catch (SocketException e) {
        assertTrue(socketWasReset(e), e.toString());
      }
    }
  }

  /** The node may hang up before all of it is written. */
  private static boolean socketWasReset(SocketException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("reset") || message.contains("Broken pipe");
  }

  @Test
  void connectionsThatSayNothingCostLittleAndAreEnded() throws IOException {
    List<SocketChannel> silent = new ArrayList<>();
    try {
      long before = usedHeap();
      for (int i = 0; i < CONNECTIONS; i++) {
        silent.add(SocketChannel.open(port));
      }
      theWitnessIsServed();
      long each = (usedHeap() - before) / CONNECTIONS;
      assertTrue(each < MOST_HEAP_OF_A_CONNECTION, each + " bytes for each connection");
      for (SocketChannel channel : silent) {
        channel.socket().setSoTimeout(60_000);
        // What the node begins with, and then the end.
        channel.socket().getInputStream().readAllBytes();
      }
    } finally {
      for (SocketChannel channel : silent) {
        channel.close();
      }
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void aStreamMayBeCutAtEveryPoint() throws Exception {
    create("cut");
    List<PublishRequest> publish =
        List.of(attach("cut", 0, SOME_ID), batch(1, 1, message("1")), batch(2, 1, message("2")));
    List<ConsumeRequest> consume =
        List.of(consume("cut", OTHER_ID, 1), credit(1), credit(1), credit(1));
    for (int length = 0; length <= publish.size(); length++) {
      Answers<PublishResponse> answers = new Answers<>();
      StreamObserver<PublishRequest> stream = QueueGrpc.newStub(node).publish(answers);
      publish.subList(0, length).forEach(stream::onNext);
      stream.onError(Status.CANCELLED.asRuntimeException());
    }
    for (int length = 0; length <= consume.size(); length++) {
      Answers<ConsumeResponse> answers = new Answers<>();
      StreamObserver<ConsumeRequest> stream = QueueGrpc.newStub(node).consume(answers);
      consume.subList(0, length).forEach(stream::onNext);
      stream.onError(Status.CANCELLED.asRuntimeException());
    }
    // And whole connections, in the middle of a frame.
    byte[] conversation = conversation();
    for (int length = 1; length < conversation.length; length += 3) {
      try (SocketChannel socket = SocketChannel.open(port)) {
        socket.write(ByteBuffer.wrap(Arrays.copyOf(conversation, length)));
      }
    }

    TestCluster.await("no consumer", () -> states("cut").allMatch(s -> s.getConsumers() == 0));
    // What of it took effect came in order, and once.
    Answers<PublishResponse> answers = new Answers<>();
    StreamObserver<PublishRequest> stream = QueueGrpc.newStub(node).publish(answers);
    publish.forEach(stream::onNext);
    assertTrue(answers.next().hasAttached());
    answers.next();
    assertEquals(2, answers.next().getConfirmation().getLastSequence());
    stream.onCompleted();
    ReceiveResponse received = QueueGrpc.newBlockingStub(node).receive(receive("cut", 10));
    assertEquals(
        List.of("1", "2"),
        received.getMessagesList().stream()
            .map(one -> one.getMessage().getBody().toStringUtf8())
            .toList());
  }

  /** The beginning of HTTP/2 with settings and a request's headers that never end. */
  private static byte[] conversation() {
    ByteBuffer bytes = ByteBuffer.allocate(200);
    bytes.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
    bytes.put(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
    // 100 bytes of HEADERS on stream 1, without an end.
    bytes.put(new byte[] {0, 0, 100, 1, 0, 0, 0, 0, 1});
    bytes.put(new byte[100]);
    byte[] all = new byte[bytes.flip().remaining()];
    bytes.get(all);
    return all;
  }

  @Test
  void whoNeverAcknowledgesKeepsNobodyElseFromConsuming() throws Exception {
    create("hoarded");
    send("hoarded", 10);
    Answers<ConsumeResponse> answers = new Answers<>();
    StreamObserver<ConsumeRequest> hoarder = QueueGrpc.newStub(node).consume(answers);
    hoarder.onNext(consume("hoarded", SOME_ID, 4));
    assertTrue(answers.next().hasAttached());
    int held = 0;
    while (held < 4) {
      held += answers.next().getDelivery().getCount();
    }
    assertEquals(4, held);
    assertEquals(
        6, QueueGrpc.newBlockingStub(node).receive(receive("hoarded", 100)).getMessagesCount());
    hoarder.onError(Status.CANCELLED.asRuntimeException());
    assertEquals(
        4, QueueGrpc.newBlockingStub(node).receive(receive("hoarded", 100)).getMessagesCount());
  }

  @Test
  void creditBeyondAllBoundsIsRefusedOrIsAsGoodAsMuch() throws Exception {
    create("greedy");
    send("greedy", 3);
    assertEquals(
        "INVALID_ARGUMENT",
        Wire.consumeFailure(node, consume("greedy", SOME_ID, Integer.MIN_VALUE)).getReason());
    Answers<ConsumeResponse> answers = new Answers<>();
    StreamObserver<ConsumeRequest> greedy = QueueGrpc.newStub(node).consume(answers);
    greedy.onNext(consume("greedy", SOME_ID, Integer.MAX_VALUE));
    for (int i = 0; i < 100; i++) {
      greedy.onNext(credit(Integer.MAX_VALUE));
    }
    assertTrue(answers.next().hasAttached());
    int got = 0;
    while (got < 3) {
      got += answers.next().getDelivery().getCount();
    }
    greedy.onNext(credit(Integer.MIN_VALUE));
    assertEquals("INVALID_ARGUMENT", answers.failure().getReason());
  }

  /** Messages wait in ZooKeeper, not in the node's memory for the client's socket. */
  @Test
  void whoNeverReadsIsSentNoMoreThanItsWindows() throws Exception {
    create("unread");
    int count = 400;
    Message large = Message.newBuilder().setBody(ByteString.copyFrom(new byte[100_000])).build();
    for (int i = 0; i < count; i += 4) {
      QueueGrpc.newBlockingStub(node)
          .send(
              SendRequest.newBuilder()
                  .setTopic("unread")
                  .addAllMessages(Collections.nCopies(4, large))
                  .build());
    }
    ManagedChannel apart = channel(cluster.addresses().get(0));
    try {
      ClientCall<ConsumeRequest, ConsumeResponse> call =
          apart.newCall(QueueGrpc.getConsumeMethod(), CallOptions.DEFAULT);
      CompletableFuture<Boolean> attached = new CompletableFuture<>();
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(ConsumeResponse response) {
              attached.complete(response.hasAttached());
            }
          },
          new Metadata());
      // One answer is asked for, and nothing after it.
      call.request(1);
      call.sendMessage(consume("unread", SOME_ID, Integer.MAX_VALUE));
      assertTrue(attached.get(30, TimeUnit.SECONDS));
      TestCluster.await(
          "something leased", () -> states("unread").anyMatch(state -> state.getLeased() > 0));
      theWitnessIsServed();
      long leased = states("unread").mapToLong(SubscriptionState::getLeased).sum();
      assertTrue(leased < count / 2, leased + " of " + count + " messages are on their way");
      call.cancel("enough", null);
      TestCluster.await(
          "everything back", () -> states("unread").allMatch(state -> state.getLeased() == 0));
    } finally {
      apart.shutdownNow();
    }
  }

  @Test
  void aTopicMayBeDeletedUnderItsUsers() throws Exception {
    create("doomed");
    Answers<PublishResponse> confirmed = new Answers<>();
    StreamObserver<PublishRequest> publisher = QueueGrpc.newStub(node).publish(confirmed);
    publisher.onNext(attach("doomed", 0, SOME_ID));
    publisher.onNext(batch(1, 1, message("1")));
    assertTrue(confirmed.next().hasAttached());
    assertTrue(confirmed.next().hasConfirmation());
    Answers<ConsumeResponse> delivered = new Answers<>();
    StreamObserver<ConsumeRequest> consumer = QueueGrpc.newStub(node).consume(delivered);
    consumer.onNext(consume("doomed", SOME_ID, 10));
    assertTrue(delivered.next().hasAttached());
    assertTrue(delivered.next().hasDelivery());

    TopicsGrpc.newBlockingStub(node)
        .deleteTopic(DeleteTopicRequest.newBuilder().setTopic("doomed").build());
    publisher.onNext(batch(2, 1, message("2")));

    Set<String> allowed = Set.of("NOT_OWNER", "TOPIC_NOT_FOUND");
    assertTrue(allowed.contains(confirmed.failure().getReason()));
    assertTrue(allowed.contains(delivered.failure().getReason()));
    assertEquals(
        "TOPIC_NOT_FOUND", Wire.publishFailure(node, attach("doomed", 0, SOME_ID)).getReason());
    create("doomed");
    assertEquals(0, states("doomed").count(), "a new topic knows nothing of the old one");
  }

  private static ConsumeRequest credit(int messages) {
    return ConsumeRequest.newBuilder().setCredit(Credit.newBuilder().setMessages(messages)).build();
  }

  private void send(String topic, int count) {
    QueueGrpc.newBlockingStub(node)
        .send(
            SendRequest.newBuilder()
                .setTopic(topic)
                .addAllMessages(Collections.nCopies(count, message("x")))
                .build());
  }

  private void create(String topic) {
    TopicsGrpc.newBlockingStub(node)
        .createTopic(
            CreateTopicRequest.newBuilder()
                .setTopic(topic)
                .setConfig(TopicConfig.newBuilder().setLeaseMs(600_000))
                .build());
  }

  private Stream<SubscriptionState> states(String topic) {
    return TopicsGrpc.newBlockingStub(node)
        .describeTopic(DescribeTopicRequest.newBuilder().setTopic(topic).build())
        .getPartitionsList()
        .stream()
        .flatMap(partition -> partition.getSubscriptionsList().stream());
  }
}

package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.Credit;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Extend;
import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PeekResponse;
import dev.arpeggio.protocol.v1.PeekedMessage;
import dev.arpeggio.protocol.v1.Position;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveRequest;
import dev.arpeggio.protocol.v1.ReceiveResponse;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.RedriveResponse;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Retry;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The protocol as a stranger meets it: plain stubs, good and bad requests, no client library. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {

  private static final ByteString SOME_ID = ByteString.copyFrom(new byte[16]);
  private static final ByteString OTHER_ID =
      ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

  private TestCluster cluster;
  private ManagedChannel owner;
  private ManagedChannel other;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(2).untilIdeal();
    ManagedChannel any = channel(cluster.addresses().get(0));
    TopicsGrpc.newBlockingStub(any)
        .createTopic(CreateTopicRequest.newBuilder().setTopic("orders").build());
    any.shutdownNow();
    owner = channel(cluster.owner("orders", 0).address());
    other = channel(cluster.notOwner("orders", 0).address());
  }

  @AfterAll
  void stop() throws IOException {
    owner.shutdownNow();
    other.shutdownNow();
    cluster.close();
  }

  @Test
  void aSimpleClientSendsReceivesAndAcknowledgesAtAnyNode() {
    create("simple");
    for (ManagedChannel channel : List.of(owner, other)) {
      QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(channel);
      queue.send(
          SendRequest.newBuilder()
              .setTopic("simple")
              .addMessages(message("one"))
              .addMessages(message("two"))
              .build());
      ReceiveResponse received = queue.receive(receive("simple", 10));
      assertEquals(2, received.getMessagesCount());
      assertEquals("one", received.getMessages(0).getMessage().getBody().toStringUtf8());
      assertTrue(received.getLeaseMs() > 0);
      queue.acknowledge(
          AcknowledgeRequest.newBuilder()
              .setTopic("simple")
              .addRanges(
                  OffsetRange.newBuilder()
                      .setFirst(received.getMessages(0).getOffset())
                      .setCount(2))
              .build());
    }
    assertEquals(0, subscriptionBacklog("simple"));
  }

  @Test
  void receivedMessagesStayLeasedUntilTheyAreAcknowledged() {
    create("leased");
    QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(owner);
    queue.send(SendRequest.newBuilder().setTopic("leased").addMessages(message("one")).build());
    assertEquals(1, queue.receive(receive("leased", 10)).getMessagesCount());
    assertEquals(
        0,
        queue.receive(receive("leased", 10).toBuilder().setWaitMs(0).build()).getMessagesCount());
    assertEquals(1, subscriptionBacklog("leased"));
  }

  @Test
  void whatIsRejectedIsFoundAmongTheDeadLettersOfTheTopic() throws Exception {
    create("rejecting");
    ManagedChannel here = channel(cluster.owner("rejecting", 0).address());
    try {
      QueueGrpc.newBlockingStub(here)
          .send(SendRequest.newBuilder().setTopic("rejecting").addMessages(message("bad")).build());
      Answers<ConsumeResponse> answers = new Answers<>();
      StreamObserver<ConsumeRequest> stream = QueueGrpc.newStub(here).consume(answers);
      stream.onNext(consume("rejecting", SOME_ID, 10));
      assertTrue(answers.next().hasAttached());
      OffsetRange first = OffsetRange.newBuilder().setFirst(0).setCount(1).build();
      assertEquals(0, answers.next().getDelivery().getFirstOffset());
      stream.onNext(
          ConsumeRequest.newBuilder()
              .setExtend(Extend.newBuilder().addRanges(first).setDurationMs(60_000))
              .build());
      stream.onNext(
          ConsumeRequest.newBuilder().setRetry(Retry.newBuilder().addRanges(first)).build());
      assertEquals(1, answers.next().getDelivery().getRedeliveries());
      stream.onNext(
          ConsumeRequest.newBuilder()
              .setReject(Reject.newBuilder().addRanges(first).setReason("no such customer"))
              .build());

      TestCluster.await(
          "a dead letter",
          () ->
              TopicsGrpc.newBlockingStub(other)
                  .listTopics(ListTopicsRequest.getDefaultInstance())
                  .getTopicsList()
                  .stream()
                  .anyMatch(topic -> topic.getTopic().equals("rejecting.dead")));
      ReceiveResponse dead =
          QueueGrpc.newBlockingStub(other)
              .receive(receive("rejecting.dead", 10).toBuilder().setWaitMs(20_000).build());
      Message letter = dead.getMessages(0).getMessage();
      assertEquals("bad", letter.getBody().toStringUtf8());
      assertTrue(
          letter.getHeadersList().stream()
              .anyMatch(
                  header ->
                      header.getName().equals("arpeggio-dead-reason")
                          && header.getValue().toStringUtf8().equals("no such customer")));
      stream.onCompleted();
    } finally {
      here.shutdownNow();
    }
  }

  @Test
  void anAdministratorLooksAtMovesAndRedrivesMessagesAtAnyNode() {
    create("admin");
    create("elsewhere");
    SubscriptionsGrpc.SubscriptionsBlockingStub subscriptions =
        SubscriptionsGrpc.newBlockingStub(other);
    QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(other);
    assertTrue(
        subscriptions
            .createSubscription(
                CreateSubscriptionRequest.newBuilder()
                    .setTopic("admin")
                    .setSubscription("default")
                    .build())
            .getCreated());
    queue.send(
        SendRequest.newBuilder()
            .setTopic("admin")
            .addMessages(message("one"))
            .addMessages(message("two"))
            .build());

    PeekResponse peeked =
        subscriptions.peek(
            PeekRequest.newBuilder().setTopic("admin").setSubscription("default").build());
    assertEquals(2, peeked.getMessagesCount());
    assertEquals(PeekedMessage.State.READY, peeked.getMessages(1).getState());
    assertEquals("two", peeked.getMessages(1).getMessage().getBody().toStringUtf8());
    subscriptions.seek(
        SeekRequest.newBuilder()
            .setTopic("admin")
            .setSubscription("default")
            .setTo(Position.newBuilder().setOffset(1))
            .build());
    assertEquals(1, subscriptionBacklog("admin"));
    assertEquals(
        RedriveResponse.newBuilder().setMoved(1).build(),
        subscriptions.redrive(
            RedriveRequest.newBuilder().setTopic("admin").setTarget("elsewhere").build()));
    assertEquals(
        "two",
        queue
            .receive(receive("elsewhere", 10))
            .getMessages(0)
            .getMessage()
            .getBody()
            .toStringUtf8());
    subscriptions.purge(PurgeRequest.newBuilder().setTopic("elsewhere").build());
    assertEquals(0, subscriptionBacklog("elsewhere"));
    subscriptions.deleteSubscription(
        DeleteSubscriptionRequest.newBuilder()
            .setTopic("admin")
            .setSubscription("default")
            .build());
    assertThrows(
        StatusRuntimeException.class,
        () ->
            subscriptions.purge(
                PurgeRequest.newBuilder().setTopic("admin").setSubscription("default").build()));
  }

  @Test
  void aRepeatOfASendIsRecognised() {
    create("repeat");
    SendRequest request =
        SendRequest.newBuilder()
            .setTopic("repeat")
            .setProducerId(SOME_ID)
            .setFirstSequence(1)
            .addMessages(message("once"))
            .build();
    QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(other);
    long first = queue.send(request).getLastOffset();
    assertEquals(first, queue.send(request).getLastOffset());
    assertEquals(1, queue.receive(receive("repeat", 10)).getMessagesCount());
  }

  @Test
  void theStreamOfAnotherNodeNamesTheOwner() throws Exception {
    ErrorInfo error = publishFailure(other, attach("orders", 0, SOME_ID));
    assertEquals("NOT_OWNER", error.getReason());
    assertEquals(cluster.owner("orders", 0).address(), error.getMetadataOrThrow("owner"));
  }

  /** Which of the two would own it follows from their ports; the other one names that one. */
  @Test
  void anUnknownTopicIsRefusedByWhoeverWouldOwnIt() throws Exception {
    assertEquals(
        Set.of(ErrorReason.TOPIC_NOT_FOUND.name(), ErrorReason.NOT_OWNER.name()),
        Set.of(
            publishFailure(owner, attach("unknown", 0, SOME_ID)).getReason(),
            publishFailure(other, attach("unknown", 0, SOME_ID)).getReason()));
    assertEquals(
        Set.of(ErrorReason.TOPIC_NOT_FOUND.name(), ErrorReason.NOT_OWNER.name()),
        Set.of(
            consumeFailure(owner, consume("unknown", SOME_ID, 1)).getReason(),
            consumeFailure(other, consume("unknown", SOME_ID, 1)).getReason()));
  }

  @Test
  void badRequestsAreRefusedWithAReason() throws Exception {
    assertReason(ErrorReason.INVALID_NAME, publishFailure(owner, attach("a/b", 0, SOME_ID)));
    assertReason(ErrorReason.INVALID_NAME, publishFailure(owner, attach("", 0, SOME_ID)));
    assertReason(
        ErrorReason.INVALID_ARGUMENT, publishFailure(owner, attach("orders", -1, SOME_ID)));
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        publishFailure(owner, attach("orders", 0, ByteString.copyFromUtf8("short"))));
    assertReason(
        ErrorReason.INVALID_ARGUMENT, publishFailure(owner, PublishRequest.getDefaultInstance()));
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        publishFailure(owner, attach("orders", 0, SOME_ID), attach("orders", 0, SOME_ID)));
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        publishFailure(owner, attach("orders", 0, SOME_ID), batch(1, 2, message("only one"))));
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        publishFailure(owner, attach("orders", 0, SOME_ID), batch(1, 0)));
    assertReason(
        ErrorReason.MESSAGE_TOO_LARGE,
        publishFailure(
            owner,
            attach("orders", 0, SOME_ID),
            batch(1, 1, message("x".repeat(dev.arpeggio.queue.TopicConfig.MAX_MESSAGE_BYTES)))));

    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        consumeFailure(owner, consume("orders", ByteString.EMPTY, 1)));
    assertReason(
        ErrorReason.INVALID_ARGUMENT, consumeFailure(owner, consume("orders", SOME_ID, -1)));
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        consumeFailure(
            owner,
            consume("orders", SOME_ID, 0),
            ConsumeRequest.newBuilder().setCredit(Credit.newBuilder().setMessages(-7)).build()));
    assertReason(
        ErrorReason.INVALID_ARGUMENT, consumeFailure(owner, ConsumeRequest.getDefaultInstance()));

    QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(other);
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        failure(() -> queue.send(SendRequest.newBuilder().setTopic("orders").build())));
    assertReason(
        ErrorReason.INVALID_ARGUMENT, failure(() -> queue.receive(receive("orders", 1_001))));
    assertReason(
        ErrorReason.PARTITION_NOT_FOUND,
        failure(() -> queue.receive(receive("orders", 1).toBuilder().setPartition(7).build())));
    for (int beyond : new int[] {1_024, Integer.MAX_VALUE, -1}) {
      assertReason(
          ErrorReason.INVALID_ARGUMENT,
          failure(
              () -> queue.receive(receive("orders", 1).toBuilder().setPartition(beyond).build())));
    }
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        failure(
            () ->
                queue.acknowledge(
                    AcknowledgeRequest.newBuilder()
                        .setTopic("orders")
                        .addRanges(OffsetRange.newBuilder().setFirst(-1).setCount(1))
                        .build())));

    TopicsGrpc.TopicsBlockingStub topics = TopicsGrpc.newBlockingStub(owner);
    assertReason(
        ErrorReason.TOPIC_ALREADY_EXISTS,
        failure(
            () -> topics.createTopic(CreateTopicRequest.newBuilder().setTopic("orders").build())));
    assertReason(
        ErrorReason.INVALID_ARGUMENT,
        failure(
            () ->
                topics.createTopic(
                    CreateTopicRequest.newBuilder()
                        .setTopic("many")
                        .setConfig(TopicConfig.newBuilder().setPartitions(1_025))
                        .build())));
    assertReason(
        ErrorReason.TOPIC_NOT_FOUND,
        failure(
            () -> topics.deleteTopic(DeleteTopicRequest.newBuilder().setTopic("many").build())));
    assertReason(
        ErrorReason.TOPIC_NOT_FOUND,
        failure(
            () -> topics.locateTopic(LocateTopicRequest.newBuilder().setTopic("many").build())));
  }

  @Test
  void aRefusedBatchEndsTheStreamAndNothingAfterItTakesEffect() throws Exception {
    create("strict");
    ManagedChannel here = channel(cluster.owner("strict", 0).address());
    try {
      ErrorInfo error =
          publishFailure(
              here,
              attach("strict", 0, SOME_ID),
              batch(1, 1, message("good")),
              batch(2, 3, message("not three")),
              batch(5, 1, message("too late")));
      assertReason(ErrorReason.INVALID_ARGUMENT, error);
      assertTrue(
          QueueGrpc.newBlockingStub(here).receive(receive("strict", 10)).getMessagesList().stream()
              .noneMatch(
                  received -> received.getMessage().getBody().toStringUtf8().equals("too late")));
    } finally {
      here.shutdownNow();
    }
  }

  @Test
  void aSubscriptionHasTheKindThatItsFirstConsumerAskedFor() throws Exception {
    create("kinds");
    ManagedChannel here = channel(cluster.owner("kinds", 0).address());
    try {
      Answers<ConsumeResponse> answers = new Answers<>();
      StreamObserver<ConsumeRequest> first = QueueGrpc.newStub(here).consume(answers);
      first.onNext(consume("kinds", SOME_ID, SubscriptionKind.EXCLUSIVE));
      assertTrue(answers.next().hasAttached());

      ErrorInfo other = consumeFailure(here, consume("kinds", OTHER_ID, SubscriptionKind.SHARED));
      assertReason(ErrorReason.INVALID_ARGUMENT, other);
      assertEquals("EXCLUSIVE", other.getMetadataMap().get("kind"));
      assertEquals("SHARED", other.getMetadataMap().get("requested"));
      assertReason(
          ErrorReason.SUBSCRIPTION_BUSY,
          consumeFailure(
              here, consume("kinds", OTHER_ID, SubscriptionKind.SUBSCRIPTION_KIND_UNSPECIFIED)));
      first.onCompleted();
    } finally {
      here.shutdownNow();
    }
  }

  @Test
  void healthFollowsRealityAndReflectionListsTheServices() throws Exception {
    TestCluster.await(
        "a node that says it serves",
        () ->
            HealthGrpc.newBlockingStub(owner)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus()
                == ServingStatus.SERVING);
    Answers<ServerReflectionResponse> answers = new Answers<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(owner).serverReflectionInfo(answers);
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> services =
        answers.next().getListServicesResponse().getServiceList().stream()
            .map(service -> service.getName())
            .toList();
    requests.onCompleted();
    assertTrue(
        services.containsAll(
            List.of("arpeggio.v1.Queue", "arpeggio.v1.Topics", "arpeggio.v1.Cluster")),
        services.toString());
  }

  @Test
  void garbageOnThePortChangesNothing() throws IOException {
    SplittableRandom random = new SplittableRandom(17);
    String[] address = cluster.owner("orders", 0).address().split(":", 2);
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[1 + random.nextInt(4_000)];
      random.nextBytes(garbage);
      try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
          OutputStream out = socket.getOutputStream()) {
        out.write(garbage);
      }
    }
    assertFalse(
        TopicsGrpc.newBlockingStub(owner)
            .describeTopic(DescribeTopicRequest.newBuilder().setTopic("orders").build())
            .getPartitionsList()
            .isEmpty());
  }

  private void create(String topic) {
    TopicsGrpc.newBlockingStub(other)
        .createTopic(CreateTopicRequest.newBuilder().setTopic(topic).build());
  }

  private long subscriptionBacklog(String topic) {
    return TopicsGrpc.newBlockingStub(other)
        .describeTopic(DescribeTopicRequest.newBuilder().setTopic(topic).build())
        .getPartitions(0)
        .getSubscriptions(0)
        .getBacklog();
  }

  private static ManagedChannel channel(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().build();
  }

  private static Message message(String body) {
    return Message.newBuilder().setBody(ByteString.copyFromUtf8(body)).build();
  }

  private static ReceiveRequest receive(String topic, int max) {
    return ReceiveRequest.newBuilder().setTopic(topic).setMaxMessages(max).setWaitMs(2_000).build();
  }

  private static PublishRequest attach(String topic, int partition, ByteString producer) {
    return PublishRequest.newBuilder()
        .setAttach(
            PublishAttach.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setProducerId(producer))
        .build();
  }

  private static PublishRequest batch(long firstSequence, int count, Message... messages) {
    return PublishRequest.newBuilder()
        .setBatch(
            PublishBatch.newBuilder()
                .setFirstSequence(firstSequence)
                .setCount(count)
                .setMessages(
                    Messages.newBuilder().addAllMessage(List.of(messages)).build().toByteString()))
        .build();
  }

  private static ConsumeRequest consume(String topic, ByteString consumer, int credit) {
    return ConsumeRequest.newBuilder()
        .setAttach(
            ConsumeAttach.newBuilder().setTopic(topic).setConsumerId(consumer).setCredit(credit))
        .build();
  }

  private static ConsumeRequest consume(String topic, ByteString consumer, SubscriptionKind kind) {
    return ConsumeRequest.newBuilder()
        .setAttach(ConsumeAttach.newBuilder().setTopic(topic).setConsumerId(consumer).setKind(kind))
        .build();
  }

  private static ErrorInfo publishFailure(ManagedChannel channel, PublishRequest... requests)
      throws Exception {
    Answers<PublishResponse> answers = new Answers<>();
    StreamObserver<PublishRequest> stream = QueueGrpc.newStub(channel).publish(answers);
    for (PublishRequest request : requests) {
      stream.onNext(request);
    }
    return answers.failure();
  }

  private static ErrorInfo consumeFailure(ManagedChannel channel, ConsumeRequest... requests)
      throws Exception {
    Answers<ConsumeResponse> answers = new Answers<>();
    StreamObserver<ConsumeRequest> stream = QueueGrpc.newStub(channel).consume(answers);
    for (ConsumeRequest request : requests) {
      stream.onNext(request);
    }
    return answers.failure();
  }

  private static ErrorInfo failure(Runnable call) throws InvalidProtocolBufferException {
    return info(assertThrows(StatusRuntimeException.class, call::run));
  }

  private static ErrorInfo info(Throwable t) throws InvalidProtocolBufferException {
    com.google.rpc.Status status = StatusProto.fromThrowable(t);
    if (status == null || status.getDetailsCount() != 1) {
      throw new AssertionError("an error without details", t);
    }
    Any detail = status.getDetails(0);
    ErrorInfo info = detail.unpack(ErrorInfo.class);
    assertEquals("arpeggio.dev", info.getDomain());
    return info;
  }

  private static void assertReason(ErrorReason expected, ErrorInfo actual) {
    assertEquals(expected.name(), actual.getReason(), actual.toString());
  }

  /** What came back on a stream. */
  private static final class Answers<T> implements StreamObserver<T> {
    private final BlockingQueue<T> values = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T value) {
      values.add(value);
    }

    @Override
    public void onError(Throwable t) {
      failures.add(t);
    }

    @Override
    public void onCompleted() {}

    T next() throws InterruptedException {
      T value = values.poll(30, TimeUnit.SECONDS);
      if (value == null) {
        throw new AssertionError("nothing came");
      }
      return value;
    }

    ErrorInfo failure() throws Exception {
      Throwable failure = failures.poll(30, TimeUnit.SECONDS);
      if (failure == null) {
        throw new AssertionError("the stream goes on");
      }
      return info(failure);
    }
  }
}

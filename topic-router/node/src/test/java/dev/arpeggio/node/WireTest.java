package dev.arpeggio.node;

import static dev.arpeggio.node.Wire.SOME_ID;
import static dev.arpeggio.node.Wire.attach;
import static dev.arpeggio.node.Wire.channel;
import static dev.arpeggio.node.Wire.consume;
import static dev.arpeggio.node.Wire.message;
import static dev.arpeggio.node.Wire.publishFailure;
import static dev.arpeggio.node.Wire.receive;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.arpeggio.node.Wire.Answers;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.Extend;
import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PeekResponse;
import dev.arpeggio.protocol.v1.PeekedMessage;
import dev.arpeggio.protocol.v1.Position;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveResponse;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.RedriveResponse;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Retry;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The protocol as a stranger meets it: plain stubs, no client library. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {
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
}

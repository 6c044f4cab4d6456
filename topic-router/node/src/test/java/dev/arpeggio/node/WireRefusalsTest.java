package dev.arpeggio.node;

import static dev.arpeggio.node.Wire.OTHER_ID;
import static dev.arpeggio.node.Wire.SOME_ID;
import static dev.arpeggio.node.Wire.assertReason;
import static dev.arpeggio.node.Wire.attach;
import static dev.arpeggio.node.Wire.batch;
import static dev.arpeggio.node.Wire.channel;
import static dev.arpeggio.node.Wire.consume;
import static dev.arpeggio.node.Wire.consumeFailure;
import static dev.arpeggio.node.Wire.failure;
import static dev.arpeggio.node.Wire.message;
import static dev.arpeggio.node.Wire.publishFailure;
import static dev.arpeggio.node.Wire.receive;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.node.Wire.Answers;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.Credit;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a request, in the words of the protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireRefusalsTest {
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

  private void create(String topic) {
    TopicsGrpc.newBlockingStub(other)
        .createTopic(CreateTopicRequest.newBuilder().setTopic(topic).build());
  }
}

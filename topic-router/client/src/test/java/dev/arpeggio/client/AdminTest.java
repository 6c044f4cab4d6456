package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.CreateTopicResponse;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DeleteTopicResponse;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import dev.arpeggio.protocol.v1.DescribeRingRequest;
import dev.arpeggio.protocol.v1.DescribeRingResponse;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.DescribeTopicResponse;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.ListTopicsResponse;
import dev.arpeggio.protocol.v1.PartitionState;
import dev.arpeggio.protocol.v1.SubscriptionState;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicSummary;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import dev.arpeggio.protocol.v1.UpdateTopicResponse;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Administration against a node that answers from constants. */
@NullUnmarked // The node is there from @BeforeEach on.
class AdminTest {
  private static final TopicConfig CONFIG =
      TopicConfig.newBuilder()
          .setPartitions(2)
          .setMaxMessageBytes(100)
          .setMaxPartitionBytes(1_000)
          .build();
  private static final TopicSettings SETTINGS = TopicSettings.decode(CONFIG);
  private static final dev.arpeggio.protocol.v1.RingPosition POSITION =
      dev.arpeggio.protocol.v1.RingPosition.newBuilder()
          .setPartitions(9)
          .setId("00000000000000ff")
          .setAddress("a:1")
          .addSuccessors("b:2")
          .build();

  // Answered with STORE_UNAVAILABLE before the first right answer.
  private final AtomicInteger unavailable = new AtomicInteger();
  private volatile UpdateTopicRequest update = UpdateTopicRequest.getDefaultInstance();
  private Server server;
  private Arpeggio client;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
            .addService(new Topics())
            .addService(new Cluster())
            .build()
            .start();
    client = Arpeggio.connect("localhost:" + server.getPort());
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  @Test
  void aCreatedTopicComesWithItsDefaultsFilledIn() {
    TopicInfo created = client.admin().createTopic("t", TopicOptions.defaults());
    assertEquals(new TopicInfo("t", SETTINGS), created);
  }

  @Test
  void anExistingTopicIsATypedError() {
    ArpeggioException failure =
        failureOf(() -> client.admin().createTopic("old", TopicOptions.defaults()));
    assertEquals(Reason.TOPIC_ALREADY_EXISTS, failure.reason());
    assertEquals(Map.of("topic", "old"), failure.details());
  }

  @Test
  void anUpdateNamesWhatIsSetAndNothingElse() {
    UpdatedTopic updated =
        client.admin().updateTopic("t", TopicOptions.defaults().withMaxDeliveries(0), "a-1");
    assertEquals(
        UpdateTopicRequest.newBuilder()
            .setTopic("t")
            .setChanges(TopicConfig.newBuilder().setMaxDeliveries(0))
            .setVersion("a-1")
            .build(),
        update);
    assertEquals(new UpdatedTopic("t", SETTINGS, "a-2", List.of(1)), updated);
  }

  @Test
  void anUpdateThatWasOvertakenIsNotRepeated() {
    ArpeggioException failure =
        failureOf(() -> client.admin().updateTopic("old", TopicOptions.defaults()));
    assertEquals(Reason.TOPIC_CHANGED, failure.reason());
  }

  @Test
  void valuesThatMakeNoSenseAnywhereAreRefusedHere() {
    TopicOptions options = TopicOptions.defaults();
    for (Executable bad :
        List.<Executable>of(
            () -> options.withPartitions(-1),
            () -> options.withMaxPartitionBytes(-1),
            () -> options.withRetention(Duration.ofMillis(-1)),
            () -> options.withLease(Duration.ofSeconds(Long.MAX_VALUE)),
            () -> client.admin().updateTopic("t", options, ""))) {
      assertThrows(IllegalArgumentException.class, bad);
    }
  }

  @Test
  void topicsAreListedAndDescribed() {
    assertEquals(List.of(new TopicInfo("t", SETTINGS)), client.admin().listTopics());
    PartitionInfo served =
        new PartitionInfo(
            0,
            Optional.of("a:1"),
            3,
            4,
            5,
            6,
            List.of(
                new SubscriptionInfo(
                    "default", 1, 2, 3, 4, 0, 0, 0, 0, false, Optional.of(Duration.ofSeconds(5)))),
            new PartitionInfo.Publishing(7, 8, 9, 10),
            Optional.empty());
    PartitionInfo orphan =
        new PartitionInfo(
            1,
            Optional.empty(),
            0,
            0,
            0,
            0,
            List.of(),
            new PartitionInfo.Publishing(0, 0, 0, 0),
            Optional.of("no owner"));
    assertEquals(
        new TopicDescription("t", SETTINGS, "a-1", List.of(served, orphan)),
        client.admin().describeTopic("t"));
  }

  @Test
  void deletingAnUnknownTopicIsATypedError() {
    client.admin().deleteTopic("t");
    ArpeggioException failure = failureOf(() -> client.admin().deleteTopic("unknown"));
    assertEquals(Reason.TOPIC_NOT_FOUND, failure.reason());
  }

  @Test
  void nodesAndTheRingAreDescribed() {
    RingPosition position =
        new RingPosition(
            "00000000000000ff", "a:1", Optional.empty(), List.of("b:2"), OptionalInt.of(9));
    assertEquals(
        new NodeInfo(position, "1", "zk:2181", true, false, 7, 0, 0),
        client.admin().describeNode());
    assertEquals(
        new RingInfo(List.of(position), false, List.of("short")), client.admin().describeRing());
  }

  @Test
  void aStoreThatIsAwayForAMomentIsWaitedFor() {
    unavailable.set(3);
    assertEquals(1, client.admin().listTopics().size());
    assertEquals(0, unavailable.get());
  }

  @Test
  void aStoreThatStaysAwayIsReportedWhenTimeIsUp() {
    unavailable.set(Integer.MAX_VALUE);
    ClientOptions hasty = ClientOptions.defaults().withRequestTimeout(Duration.ofSeconds(2));
    try (Arpeggio other = Arpeggio.connect("localhost:" + server.getPort(), hasty)) {
      assertEquals(Reason.STORE_UNAVAILABLE, failureOf(() -> other.admin().listTopics()).reason());
    }
  }

  @Test
  void anAddressThatDoesNotAnswerIsPassedOver() throws IOException {
    String dead = deadAddress();
    try (Arpeggio other = Arpeggio.connect(dead + ",localhost:" + server.getPort())) {
      assertEquals(1, other.admin().listTopics().size());
      assertEquals("1", other.admin().describeNode().version());
    }
  }

  @Test
  void whenNoNodeAnswersTheErrorNamesTheAddresses() throws IOException {
    String addresses = deadAddress() + "," + deadAddress();
    try (Arpeggio other = Arpeggio.connect(addresses)) {
      ArpeggioException failure = failureOf(() -> other.admin().listTopics());
      assertEquals(Reason.UNREACHABLE, failure.reason());
      assertTrue(failure.isRetryable());
      for (String address : addresses.split(",", -1)) {
        assertTrue(failure.getMessage().contains(address), failure.getMessage());
      }
    }
  }

  private static ArpeggioException failureOf(Executable call) {
    return assertThrows(ArpeggioException.class, call);
  }

  private static String deadAddress() throws IOException {
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      return "localhost:" + socket.getLocalPort();
    }
  }

  private static <R> void answer(StreamObserver<R> observer, R response) {
    observer.onNext(response);
    observer.onCompleted();
  }

  private final class Topics extends TopicsGrpc.TopicsImplBase {
    @Override
    public void createTopic(
        CreateTopicRequest request, StreamObserver<CreateTopicResponse> observer) {
      if (request.getTopic().equals("old")) {
        observer.onError(
            ScriptedNode.error(ErrorReason.TOPIC_ALREADY_EXISTS, Map.of("topic", "old")));
      } else {
        answer(observer, CreateTopicResponse.newBuilder().setConfig(CONFIG).build());
      }
    }

    @Override
    public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> observer) {
      if (unavailable.get() > 0) {
        unavailable.decrementAndGet();
        observer.onError(ScriptedNode.error(ErrorReason.STORE_UNAVAILABLE, Map.of()));
        return;
      }
      answer(
          observer,
          ListTopicsResponse.newBuilder()
              .addTopics(TopicSummary.newBuilder().setTopic("t").setConfig(CONFIG))
              .build());
    }

    @Override
    public void describeTopic(
        DescribeTopicRequest request, StreamObserver<DescribeTopicResponse> observer) {
      answer(
          observer,
          DescribeTopicResponse.newBuilder()
              .setTopic(request.getTopic())
              .setConfig(CONFIG)
              .setVersion("a-1")
              .addPartitions(
                  PartitionState.newBuilder()
                      .setOwner("a:1")
                      .setEpoch(3)
                      .setFirstOffset(4)
                      .setNextOffset(5)
                      .setRetainedBytes(6)
                      .setPublishers(7)
                      .setKeys(8)
                      .setNotHeard(9)
                      .setMissedDeadlines(10)
                      .addSubscriptions(
                          SubscriptionState.newBuilder()
                              .setSubscription("default")
                              .setAcknowledgedFloor(1)
                              .setBacklog(2)
                              .setLeased(3)
                              .setConsumers(4)
                              .setHeadAgeMs(5_000)))
              .addPartitions(PartitionState.newBuilder().setPartition(1).setError("no owner"))
              .build());
    }

    @Override
    public void updateTopic(
        UpdateTopicRequest request, StreamObserver<UpdateTopicResponse> observer) {
      update = request;
      if (request.getTopic().equals("old")) {
        observer.onError(ScriptedNode.error(ErrorReason.TOPIC_CHANGED, Map.of("topic", "old")));
      } else {
        answer(
            observer,
            UpdateTopicResponse.newBuilder()
                .setConfig(CONFIG)
                .setVersion("a-2")
                .addPending(1)
                .build());
      }
    }

    @Override
    public void deleteTopic(
        DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> observer) {
      if (request.getTopic().equals("unknown")) {
        observer.onError(ScriptedNode.error(ErrorReason.TOPIC_NOT_FOUND, Map.of()));
      } else {
        answer(observer, DeleteTopicResponse.getDefaultInstance());
      }
    }
  }

  private static final class Cluster extends ClusterGrpc.ClusterImplBase {
    @Override
    public void describeNode(
        DescribeNodeRequest request, StreamObserver<DescribeNodeResponse> observer) {
      answer(
          observer,
          DescribeNodeResponse.newBuilder()
              .setPosition(POSITION)
              .setVersion("1")
              .setZookeeper("zk:2181")
              .setZookeeperConnected(true)
              .setPartitionsServed(7)
              .build());
    }

    @Override
    public void describeRing(
        DescribeRingRequest request, StreamObserver<DescribeRingResponse> observer) {
      answer(
          observer,
          DescribeRingResponse.newBuilder().addPositions(POSITION).addProblems("short").build());
    }
  }
}

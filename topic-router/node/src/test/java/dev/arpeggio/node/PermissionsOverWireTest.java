package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.arpeggio.chord.transport.grpc.v1.RingGrpc;
import dev.arpeggio.chord.transport.grpc.v1.Wire;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveRequest;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at two nodes that ask, as plain stubs meet it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PermissionsOverWireTest {
  private static final ByteString SOME_ID = ByteString.copyFrom(new byte[16]);
  private static final String[] PERMISSIONS = {
    "writer orders publish",
    "reader orders consume",
    "keeper orders administer",
    "guest other.* publish,consume,administer",
    "mortal orders publish,consume",
  };

  private SecureCluster cluster;
  private ManagedChannel writer;
  private ManagedChannel reader;
  private ManagedChannel keeper;
  private ManagedChannel guest;
  private int owner;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new SecureCluster(directory);
    String writing = cluster.newToken("writer", Optional.empty());
    String reading = cluster.newToken("reader", Optional.empty());
    String guesting = cluster.newToken("guest", Optional.empty());
    cluster.start(2, PERMISSIONS);
    try (Arpeggio client = cluster.connect(cluster.opsToken())) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      client.admin().createTopic("other.one", TopicOptions.defaults());
    }
    owner = cluster.owner("orders");
    writer = cluster.channel(0, writing);
    reader = cluster.channel(1, reading);
    guest = cluster.channel(0, guesting);
    // By certificate, at the same port.
    keeper = cluster.channel(0, cluster.authority().issue("keeper"));
  }

  @AfterAll
  void stop() throws IOException {
    cluster.close();
  }

  @Test
  void publishingNeedsPublish() throws Exception {
    send(writer, "orders");
    TypedError.of(() -> send(reader, "orders")).isForbidden("reader", "publish", "orders");
    TypedError.of(() -> send(keeper, "orders")).isForbidden("keeper", "publish", "orders");
    TypedError.of(() -> send(writer, "other.one")).isForbidden("writer", "publish", "other.one");
    publishing(guest).error().isForbidden("guest", "publish", "orders");
  }

  @Test
  void consumingNeedsConsume() throws Exception {
    consumingIsRefused(writer, "writer");
    consumingIsRefused(keeper, "keeper");
    consuming(guest).error().isForbidden("guest", "consume", "orders");
    QueueGrpc.newBlockingStub(reader).receive(receive());
    SubscriptionsGrpc.newBlockingStub(reader)
        .peek(PeekRequest.newBuilder().setTopic("orders").build());
    SubscriptionsGrpc.newBlockingStub(reader)
        .createSubscription(
            CreateSubscriptionRequest.newBuilder()
                .setTopic("orders")
                .setSubscription("mine")
                .build());
  }

  private static void consumingIsRefused(Channel channel, String principal) {
    SubscriptionsGrpc.SubscriptionsBlockingStub subscriptions =
        SubscriptionsGrpc.newBlockingStub(channel);
    QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(channel);
    List<Runnable> calls =
        List.of(
            () -> queue.receive(receive()),
            () -> queue.acknowledge(AcknowledgeRequest.newBuilder().setTopic("orders").build()),
            () -> subscriptions.peek(PeekRequest.newBuilder().setTopic("orders").build()),
            () ->
                subscriptions.createSubscription(
                    CreateSubscriptionRequest.newBuilder().setTopic("orders").build()));
    calls.forEach(call -> TypedError.of(call).isForbidden(principal, "consume", "orders"));
  }

  @Test
  void administeringNeedsAdminister() {
    for (String principal : List.of("writer", "reader")) {
      Channel channel = principal.equals("writer") ? writer : reader;
      TopicsGrpc.TopicsBlockingStub topics = TopicsGrpc.newBlockingStub(channel);
      SubscriptionsGrpc.SubscriptionsBlockingStub subscriptions =
          SubscriptionsGrpc.newBlockingStub(channel);
      List<Runnable> calls =
          List.of(
              () -> topics.createTopic(CreateTopicRequest.newBuilder().setTopic("orders").build()),
              () -> topics.updateTopic(UpdateTopicRequest.newBuilder().setTopic("orders").build()),
              () -> topics.deleteTopic(DeleteTopicRequest.newBuilder().setTopic("orders").build()),
              () -> subscriptions.seek(SeekRequest.newBuilder().setTopic("orders").build()),
              () -> subscriptions.purge(PurgeRequest.newBuilder().setTopic("orders").build()),
              () -> subscriptions.redrive(RedriveRequest.newBuilder().setTopic("orders").build()),
              () ->
                  subscriptions.deleteSubscription(
                      DeleteSubscriptionRequest.newBuilder().setTopic("orders").build()));
      calls.forEach(call -> TypedError.of(call).isForbidden(principal, "administer", "orders"));
    }
    TopicsGrpc.newBlockingStub(keeper)
        .updateTopic(
            UpdateTopicRequest.newBuilder()
                .setTopic("orders")
                .setChanges(TopicConfig.newBuilder().setHighestPriority(8))
                .build());
  }

  @Test
  void whoDirectsMessagesElsewhereNeedsToPublishThere() {
    TypedError.of(
            () ->
                TopicsGrpc.newBlockingStub(keeper)
                    .updateTopic(
                        UpdateTopicRequest.newBuilder()
                            .setTopic("orders")
                            .setChanges(TopicConfig.newBuilder().setDeadLetters("other.one"))
                            .build()))
        .isForbidden("keeper", "publish", "other.one");
    TypedError.of(
            () ->
                SubscriptionsGrpc.newBlockingStub(keeper)
                    .redrive(RedriveRequest.newBuilder().setTopic("orders").build()))
        .isForbidden("keeper", "publish", "*");
  }

  @Test
  void aTopicIsSeenByWhoeverMayDoAnythingToIt() {
    for (Channel channel : List.of(writer, reader, keeper)) {
      TopicsGrpc.TopicsBlockingStub topics = TopicsGrpc.newBlockingStub(channel);
      topics.locateTopic(LocateTopicRequest.newBuilder().setTopic("orders").build());
      assertTrue(
          topics
              .describeTopic(DescribeTopicRequest.newBuilder().setTopic("orders").build())
              .getPartitions(0)
              .getError()
              .isEmpty());
    }
    TypedError.of(
            () ->
                TopicsGrpc.newBlockingStub(guest)
                    .locateTopic(LocateTopicRequest.newBuilder().setTopic("orders").build()))
        .isForbidden("guest", "describe", "orders");
  }

  @Test
  void aListHoldsWhatIsSeen() throws Exception {
    try (Arpeggio everything = cluster.connect(cluster.opsToken())) {
      List<String> all = everything.admin().listTopics().stream().map(TopicInfo::topic).toList();
      assertTrue(all.containsAll(List.of("orders", "other.one")), all.toString());
    }
    assertEquals(
        List.of("other.one"),
        TopicsGrpc.newBlockingStub(guest)
            .listTopics(ListTopicsRequest.getDefaultInstance())
            .getTopicsList()
            .stream()
            .map(topic -> topic.getTopic())
            .toList());
  }

  @Test
  void whoShowsNothingOrSomethingUnknownIsNotServed() throws Exception {
    Channel plain = cluster.channel(0);
    Channel guessing = cluster.channel(0, "arpeggio_guessed");
    Channel stranger = cluster.channel(0, cluster.authority().issue("stranger"));
    TypedError.of(() -> send(plain, "orders")).isUnauthenticated();
    TypedError.of(() -> send(guessing, "orders")).isUnauthenticated();
    publishing(cluster.channel(0)).error().isUnauthenticated();
    TypedError.of(() -> describeNode(plain)).isUnauthenticated();
    TypedError.of(() -> describeNode(stranger)).isForbidden("stranger", "connect", "");
  }

  @Test
  void anExpiredTokenIsNotGood() throws Exception {
    String expired =
        cluster.newToken("writer", Optional.of(Instant.now().minus(Duration.ofHours(1))));
    Channel late = cluster.channel(0, expired);
    TypedError.of(() -> send(late, "orders")).isUnauthenticated();
  }

  @Test
  void aForwardedCallIsOnBehalfOfWhoeverMadeIt() throws Exception {
    String token = cluster.newToken("origin", Optional.empty());
    int other = 1 - owner;
    cluster.permitAt(other, with("origin orders publish"));
    Channel atOther = cluster.channel(other, token);
    // The node that is asked allows it, and the owner says no to the one who asked, not to the
    // node.
    awaitLast(
        "the owner's refusal",
        () -> send(atOther, "orders"),
        error -> error.isForbidden("origin", "publish", "orders"));
    cluster.permitAt(owner, with("origin orders publish"));
    TestCluster.await("the owner's consent", () -> succeeds(() -> send(atOther, "orders")));
  }

  @Test
  void anOriginIsBelievedFromNodesOnly() throws Exception {
    TypedError.of(() -> sendInTheNameOf("ops", reader)).isForbidden("reader", "node", "");
    Channel node = cluster.channel(0, cluster.authority().issue("node-2"));
    TypedError.of(() -> sendInTheNameOf("reader", node)).isForbidden("reader", "publish", "orders");
  }

  private static void sendInTheNameOf(String origin, Channel channel) {
    Metadata header = new Metadata();
    header.put(Metadata.Key.of("arpeggio-principal", Metadata.ASCII_STRING_MARSHALLER), origin);
    assertTrue(
        QueueGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(header))
            .send(message("orders"))
            .hasLastOffset());
  }

  @Test
  void theRingIsForNodes() throws Exception {
    Wire.CallRequest anything = Wire.CallRequest.getDefaultInstance();
    TypedError.of(() -> RingGrpc.newBlockingStub(writer).call(anything))
        .isForbidden("writer", "node", "");
    Channel plain = cluster.channel(0);
    TypedError.of(() -> RingGrpc.newBlockingStub(plain).call(anything)).isUnauthenticated();
    // What it says does not matter: that it answers does.
    Channel node = cluster.channel(0, cluster.authority().issue("node-2"));
    assertNotEquals(anything, RingGrpc.newBlockingStub(node).call(anything));
  }

  @Test
  void aStrangerDoesNotJoin() throws Exception {
    // Its own file of permissions says that it is a node; those of the others do not.
    Path own = Files.writeString(cluster.directory().resolve("own"), "stranger node\n");
    TestAuthority.Place listedNowhere =
        cluster.authority().issue("stranger", SecureCluster.HOST).write(cluster.directory());
    NodeOptions options =
        cluster
            .options(listedNowhere, own)
            .withSeeds(cluster.addresses())
            .withStartTimeout(Duration.ofSeconds(2));
    NodeStartException refused =
        assertThrows(NodeStartException.class, () -> ArpeggioNode.start(options).close());
    assertEquals(NodeStartException.Kind.SEED_UNREACHABLE, refused.kind());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("stranger has not the permission 'node'"), message);
    try (Arpeggio client = cluster.connect(cluster.opsToken())) {
      assertEquals(2, client.admin().describeRing().positions().size());
    }
  }

  @Test
  void healthIsOpenAndReflectionIsForWhoeverIsKnown() throws Exception {
    assertEquals(
        ServingStatus.SERVING,
        HealthGrpc.newBlockingStub(cluster.channel(0))
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus());
    reflecting(cluster.channel(0)).error().isUnauthenticated();
    reflecting(reader).stands();
  }

  @Test
  void streamsEndWhenTheirTokenExpires() throws Exception {
    Channel publisher = cluster.channel(owner, newToken("mortal", Optional.empty()));
    Channel consumer = cluster.channel(owner, newToken("mortal", Optional.empty()));
    TypedError.End<PublishResponse> publishing = publishing(publisher).stands();
    TypedError.End<ConsumeResponse> consuming = consuming(consumer).stands();
    cluster.expireTokensOf("mortal", Instant.now().plus(Duration.ofSeconds(1)));
    publishing.error().isUnauthenticated();
    consuming.error().isUnauthenticated();
    TypedError.of(() -> send(publisher, "orders")).isUnauthenticated();
  }

  @Test
  void aClientGoesOnWithTheTokenThatIsGoodByThen() throws Exception {
    String first = newToken("brief", Optional.empty());
    AtomicReference<String> good = new AtomicReference<>(first);
    cluster.permit(with("brief orders publish", "successor orders publish"));
    ClientOptions options = cluster.client().withToken(good::get);
    try (Arpeggio client = Arpeggio.connect(cluster.addresses().get(owner), options);
        Producer producer = client.producer("orders")) {
      Channel channel = cluster.channel(owner, first);
      TestCluster.await("the permission", () -> succeeds(() -> send(channel, "orders")));
      producer.send(dev.arpeggio.client.Message.of("one")).get(60, TimeUnit.SECONDS);
      good.set(newToken("successor", Optional.empty()));
      cluster.forgetTokensOf("brief");
      publishing(channel).error().isUnauthenticated();
      producer.send(dev.arpeggio.client.Message.of("two")).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void streamsEndWhenTheirTokenIsTakenBack() throws Exception {
    cluster.permit(with("brief orders publish,consume"));
    String token = newToken("brief", Optional.empty());
    Channel channel = cluster.channel(owner, token);
    TestCluster.await("the permission", () -> succeeds(() -> send(channel, "orders")));
    TypedError.End<PublishResponse> publishing = publishing(channel).stands();
    TypedError.End<ConsumeResponse> consuming = consuming(channel).stands();
    cluster.forgetTokensOf("brief");
    publishing.error().isUnauthenticated();
    consuming.error().isUnauthenticated();
  }

  @Test
  void streamsEndWhenTheirPermissionIsTakenBackAndABadFileTakesNothingBack() throws Exception {
    cluster.permit(with("fleeting orders publish,consume"));
    Channel channel = cluster.channel(owner, newToken("fleeting", Optional.empty()));
    TestCluster.await("the permission", () -> succeeds(() -> send(channel, "orders")));
    TypedError.End<PublishResponse> publishing = publishing(channel).stands();
    TypedError.End<ConsumeResponse> consuming = consuming(channel).stands();
    cluster.spoilPermissionsAt(owner);
    // A token that was made later is known only after a look at all files.
    String later = newToken("writer", Optional.empty());
    send(cluster.channel(owner, later), "orders");
    send(channel, "orders");
    cluster.permit(with("fleeting orders consume"));
    publishing.error().isForbidden("fleeting", "publish", "orders");
    cluster.permit(PERMISSIONS);
    consuming.error().isForbidden("fleeting", "consume", "orders");
  }

  private static String[] with(String... lines) {
    return Stream.concat(Stream.of(PERMISSIONS), Stream.of(lines)).toArray(String[]::new);
  }

  /** A token that all nodes know by now. */
  private String newToken(String principal, Optional<Instant> expiry) throws IOException {
    String token = cluster.newToken(principal, expiry);
    for (int node = 0; node < 2; node++) {
      Channel channel = cluster.channel(node, token);
      TestCluster.await("the token is known", () -> isKnown(channel));
    }
    return token;
  }

  private static boolean isKnown(Channel channel) {
    try {
      describeNode(channel);
      return true;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() != Status.Code.UNAUTHENTICATED;
    }
  }

  private static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** Calls until it fails as expected. */
  private static void awaitLast(String what, Runnable call, Consumer<TypedError> expected) {
    TestCluster.await(
        what,
        () -> {
          try {
            expected.accept(TypedError.of(call));
            return true;
          } catch (AssertionError e) {
            return false;
          }
        });
  }

  private static void describeNode(Channel channel) {
    assertTrue(
        ClusterGrpc.newBlockingStub(channel)
            .describeNode(DescribeNodeRequest.getDefaultInstance())
            .hasPosition());
  }

  private static void send(Channel channel, String topic) {
    assertEquals(0, QueueGrpc.newBlockingStub(channel).send(message(topic)).getPartition());
  }

  private static SendRequest message(String topic) {
    return SendRequest.newBuilder()
        .setTopic(topic)
        .addMessages(Message.newBuilder().setBody(ByteString.copyFromUtf8("hello")))
        .build();
  }

  private static ReceiveRequest receive() {
    return ReceiveRequest.newBuilder().setTopic("orders").build();
  }

  private static TypedError.End<PublishResponse> publishing(Channel channel) {
    TypedError.End<PublishResponse> end = new TypedError.End<>();
    StreamObserver<PublishRequest> stream = QueueGrpc.newStub(channel).publish(end);
    stream.onNext(
        PublishRequest.newBuilder()
            .setAttach(PublishAttach.newBuilder().setTopic("orders"))
            .build());
    return end;
  }

  private static TypedError.End<ConsumeResponse> consuming(Channel channel) {
    TypedError.End<ConsumeResponse> end = new TypedError.End<>();
    StreamObserver<ConsumeRequest> stream = QueueGrpc.newStub(channel).consume(end);
    stream.onNext(
        ConsumeRequest.newBuilder()
            .setAttach(ConsumeAttach.newBuilder().setTopic("orders").setConsumerId(SOME_ID))
            .build());
    return end;
  }

  private static TypedError.End<ServerReflectionResponse> reflecting(Channel channel) {
    TypedError.End<ServerReflectionResponse> end = new TypedError.End<>();
    ServerReflectionGrpc.newStub(channel)
        .serverReflectionInfo(end)
        .onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    return end;
  }
}

package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Durability;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Reliability;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.SubscriptionStart;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.TopicSettings;
import dev.arpeggio.client.UpdatedTopic;
import dev.arpeggio.client.WhenFull;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a topic is configured to be, set and changed over real sockets while it is in use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicConfigTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PATIENCE_SECONDS = PATIENCE.toSeconds();

  private TestCluster cluster;
  private Arpeggio client;
  private Admin admin;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(2).untilIdeal();
    client = cluster.connect();
    admin = client.admin();
  }

  @AfterAll
  void stop() throws IOException {
    client.close();
    cluster.close();
  }

  private static TopicOptions everything() {
    return TopicOptions.defaults()
        .withMaxMessageBytes(1_000)
        .withMaxPartitionBytes(10_000_000)
        .withMaxPartitionMessages(5_000)
        .withWhenFull(WhenFull.DROP_OLDEST)
        .withRetention(Duration.ofDays(7))
        .withRetentionBytes(1_000_000)
        .withKeepLastPerKey(3)
        .withExpiry(Duration.ofHours(2))
        .withExpiredMovedTo("late")
        .withLease(Duration.ofMinutes(5))
        .withMaxDeliveries(4)
        .withDeadLetters("graveyard")
        .withBackoff(Duration.ofSeconds(2))
        .withLongestBackoff(Duration.ofMinutes(3))
        .withHighestPriority(99)
        .withCompression(true)
        .withReliability(Reliability.BEST_EFFORT)
        .withDeadline(Duration.ofSeconds(20))
        .withPublisherLease(Duration.ofSeconds(5))
        .withSubscriptionKind(SubscriptionKind.KEY_SHARED)
        .withSubscriptionStart(SubscriptionStart.LATEST);
  }

  private static TopicSettings allOf(int partitions) {
    return new TopicSettings(
        partitions,
        1_000,
        new TopicSettings.Limits(10_000_000, OptionalLong.of(5_000), WhenFull.DROP_OLDEST),
        new TopicSettings.Retention(Duration.ofDays(7), OptionalLong.of(1_000_000), 3),
        new TopicSettings.Expiry(Duration.ofHours(2), Optional.of("late")),
        new TopicSettings.Redelivery(
            Duration.ofMinutes(5),
            4,
            Optional.of("graveyard"),
            Duration.ofSeconds(2),
            Duration.ofMinutes(3)),
        99,
        true,
        new TopicSettings.Qos(
            Ownership.SHARED,
            Reliability.BEST_EFFORT,
            Durability.PERSISTENT,
            Optional.of(Duration.ofSeconds(20)),
            Duration.ofSeconds(5)),
        new TopicSettings.Subscriptions(SubscriptionKind.KEY_SHARED, SubscriptionStart.LATEST));
  }

  private static final TopicSettings DEFAULTS =
      new TopicSettings(
          1,
          262_144,
          new TopicSettings.Limits(1L << 30, OptionalLong.empty(), WhenFull.REFUSE),
          new TopicSettings.Retention(Duration.ZERO, OptionalLong.empty(), 0),
          new TopicSettings.Expiry(Duration.ZERO, Optional.empty()),
          new TopicSettings.Redelivery(
              Duration.ofSeconds(30), 0, Optional.empty(), Duration.ZERO, Duration.ofMinutes(1)),
          9,
          false,
          new TopicSettings.Qos(
              Ownership.SHARED,
              Reliability.RELIABLE,
              Durability.PERSISTENT,
              Optional.empty(),
              Duration.ofSeconds(10)),
          new TopicSettings.Subscriptions(SubscriptionKind.SHARED, SubscriptionStart.EARLIEST));

  @Test
  void everyFieldIsSetOnCreationAndShown() {
    assertEquals(allOf(3), admin.createTopic("all", everything().withPartitions(3)).settings());
    assertEquals(allOf(3), admin.describeTopic("all").settings());
    assertEquals(DEFAULTS, admin.createTopic("plain", TopicOptions.defaults()).settings());
  }

  @Test
  void anUpdateChangesWhatItNamesAndCanBeTakenBack() {
    admin.createTopic("updated", TopicOptions.defaults().withPartitions(2));
    UpdatedTopic changed = admin.updateTopic("updated", everything());
    assertEquals(allOf(2), changed.settings());
    assertEquals(List.of(), changed.pending());
    TopicDescription described = admin.describeTopic("updated");
    assertEquals(allOf(2), described.settings());
    assertEquals(changed.version(), described.version());

    UpdatedTopic back =
        admin.updateTopic(
            "updated",
            TopicOptions.defaults()
                .withMaxPartitionMessages(0)
                .withRetentionBytes(0)
                .withExpiredMovedTo("")
                .withDeadLetters(""));
    assertEquals(OptionalLong.empty(), back.settings().limits().messages());
    assertEquals(OptionalLong.empty(), back.settings().retention().bytes());
    assertEquals(Optional.empty(), back.settings().expiry().movedTo());
    assertEquals(Optional.empty(), back.settings().redelivery().deadLetters());
    assertEquals(Duration.ofDays(7), back.settings().retention().time());
    assertEquals(back, admin.updateTopic("updated", TopicOptions.defaults()));
  }

  @Test
  void aLostRaceIsATypedError() {
    admin.createTopic("raced", TopicOptions.defaults());
    String version = admin.describeTopic("raced").version();
    UpdatedTopic won =
        admin.updateTopic("raced", TopicOptions.defaults().withMaxDeliveries(1), version);
    ArpeggioException lost =
        assertThrows(
            ArpeggioException.class,
            () ->
                admin.updateTopic("raced", TopicOptions.defaults().withMaxDeliveries(2), version));
    assertEquals(Reason.TOPIC_CHANGED, lost.reason());
    assertEquals(Map.of("topic", "raced", "version", won.version()), lost.details());
    assertEquals(1, admin.describeTopic("raced").settings().redelivery().maxDeliveries());

    admin.deleteTopic("raced");
    admin.createTopic("raced", TopicOptions.defaults());
    assertNotEquals(version, admin.describeTopic("raced").version());
  }

  @Test
  void aTopicThatIsNotThereIsNotUpdated() {
    ArpeggioException refused =
        assertThrows(
            ArpeggioException.class,
            () -> admin.updateTopic("missing", TopicOptions.defaults().withMaxDeliveries(1)));
    assertEquals(Reason.TOPIC_NOT_FOUND, refused.reason());
  }

  @Test
  void everyBadValueIsRefusedByItsNameAndChangesNothing() throws Exception {
    admin.createTopic("checked", TopicOptions.defaults());
    TopicDescription before = admin.describeTopic("checked");
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + cluster.addresses().get(1))
            .usePlaintext()
            .build();
    try {
      TopicsGrpc.TopicsBlockingStub topics = TopicsGrpc.newBlockingStub(channel);
      Map<TopicConfig, String> bad = badConfigs();
      for (Map.Entry<TopicConfig, String> entry : bad.entrySet()) {
        assertEquals(
            entry.getValue(),
            refusedField(
                request ->
                    topics.createTopic(
                        CreateTopicRequest.newBuilder()
                            .setTopic("never")
                            .setConfig(request)
                            .build()),
                entry.getKey()));
        assertEquals(
            entry.getValue(),
            refusedField(
                request ->
                    topics.updateTopic(
                        UpdateTopicRequest.newBuilder()
                            .setTopic("checked")
                            .setChanges(request)
                            .build()),
                entry.getKey()));
      }
      assertEquals(
          "dead_letters",
          refusedField(
              request ->
                  topics.createTopic(
                      CreateTopicRequest.newBuilder().setTopic("never").setConfig(request).build()),
              TopicConfig.newBuilder().setDeadLetters("never").build()));
    } finally {
      channel.shutdownNow();
    }
    assertEquals(before, admin.describeTopic("checked"));
    assertThrows(ArpeggioException.class, () -> admin.describeTopic("never"));
  }

  private static Map<TopicConfig, String> badConfigs() {
    Map<TopicConfig, String> bad = new LinkedHashMap<>();
    for (int number : new int[] {0, 1_025, -1}) {
      bad.put(config().setPartitions(number).build(), "partitions");
    }
    for (int number : new int[] {0, 262_145, -1}) {
      bad.put(config().setMaxMessageBytes(number).build(), "max_message_bytes");
    }
    for (long number : new long[] {0, -1, Long.MIN_VALUE}) {
      bad.put(config().setMaxPartitionBytes(number).build(), "max_partition_bytes");
    }
    bad.put(config().setMaxPartitionMessages(-1).build(), "max_partition_messages");
    for (int number : new int[] {0, 3, -1}) {
      bad.put(config().setWhenFullValue(number).build(), "when_full");
      bad.put(config().setSubscriptionStartValue(number).build(), "subscription_start");
    }
    for (long number : new long[] {-1, Long.MAX_VALUE, 36_500L * 86_400_000 + 1}) {
      bad.put(config().setRetainMs(number).build(), "retain_ms");
      bad.put(config().setExpireAfterMs(number).build(), "expire_after_ms");
    }
    for (int number : new int[] {0, 5, -1}) {
      bad.put(config().setSubscriptionKindValue(number).build(), "subscription_kind");
    }
    bad.put(config().setRetainBytes(-1).build(), "retain_bytes");
    for (int number : new int[] {1_001, -1}) {
      bad.put(config().setKeepLastPerKey(number).build(), "keep_last_per_key");
    }
    for (String name : List.of(".", "a/b", "ä", "x".repeat(250))) {
      bad.put(config().setMoveExpiredTo(name).build(), "move_expired_to");
      bad.put(config().setDeadLetters(name).build(), "dead_letters");
    }
    for (long number : new long[] {0, 9, 86_400_001, -1}) {
      bad.put(config().setLeaseMs(number).build(), "lease_ms");
    }
    for (int number : new int[] {1_000_001, -1}) {
      bad.put(config().setMaxDeliveries(number).build(), "max_deliveries");
    }
    for (long number : new long[] {86_400_001, -1}) {
      bad.put(config().setFirstBackoffMs(number).build(), "first_backoff_ms");
      bad.put(config().setLastBackoffMs(number).build(), "last_backoff_ms");
    }
    for (int number : new int[] {1_000, -1}) {
      bad.put(config().setHighestPriority(number).build(), "highest_priority");
    }
    return bad;
  }

  private static TopicConfig.Builder config() {
    return TopicConfig.newBuilder();
  }

  private static String refusedField(Function<TopicConfig, ?> call, TopicConfig config)
      throws Exception {
    StatusRuntimeException refused =
        assertThrows(StatusRuntimeException.class, () -> call.apply(config), config::toString);
    com.google.rpc.Status status = StatusProto.fromThrowable(refused);
    if (status == null) {
      throw new AssertionError("an error without details", refused);
    }
    com.google.rpc.ErrorInfo info = status.getDetails(0).unpack(com.google.rpc.ErrorInfo.class);
    assertEquals("INVALID_ARGUMENT", info.getReason(), config.toString());
    return info.getMetadataOrThrow("field");
  }

  @Test
  void anUpdateIsInForceWhenItIsAnswered() throws Exception {
    admin.createTopic("inforce", TopicOptions.defaults());
    try (Producer producer = client.producer("inforce")) {
      producer.send(Message.of("x".repeat(500))).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      admin.updateTopic("inforce", TopicOptions.defaults().withMaxMessageBytes(100));
      // A batch on its way may have gone to the owner that was: so, by a producer of its own.
      try (Producer second = client.producer("inforce")) {
        assertEquals(Reason.MESSAGE_TOO_LARGE, refusal(second.send(Message.of("x".repeat(500)))));
      }
      admin.updateTopic("inforce", TopicOptions.defaults().withMaxMessageBytes(1_000));
      producer.send(Message.of("x".repeat(500))).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static Reason refusal(CompletableFuture<Confirmation> confirmation) {
    ExecutionException refused =
        assertThrows(
            ExecutionException.class, () -> confirmation.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return assertInstanceOf(ArpeggioException.class, refused.getCause()).reason();
  }

  @Test
  void updatesUnderLoadLoseNothingAndKeepTheOrder() throws Exception {
    admin.createTopic("busy", TopicOptions.defaults());
    int rounds = 10;
    int messages = 200;
    List<Integer> received = new ArrayList<>();
    List<CompletableFuture<Confirmation>> confirmations = new ArrayList<>();
    try (Producer producer = client.producer("busy");
        Consumer consumer = client.consumer("busy")) {
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < messages; i++) {
          confirmations.add(producer.send(Message.of(Integer.toString(round * messages + i))));
        }
        UpdatedTopic updated =
            admin.updateTopic(
                "busy",
                TopicOptions.defaults()
                    .withMaxDeliveries(1 + round)
                    .withCompression(round % 2 == 0)
                    .withRetention(Duration.ofHours(round)));
        assertEquals(List.of(), updated.pending());
        while (received.size() < round * messages) {
          take(consumer, received);
        }
      }
      while (received.size() < rounds * messages) {
        take(consumer, received);
      }
      for (CompletableFuture<Confirmation> confirmation : confirmations) {
        confirmation.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      consumer.flushAcknowledgements(PATIENCE);
      assertEquals(Optional.empty(), consumer.receive(Duration.ZERO));
    }
    assertEquals(IntStream.range(0, rounds * messages).boxed().toList(), received);
    assertEquals(received.size(), admin.describeTopic("busy").partitions().get(0).nextOffset());
  }

  private static void take(Consumer consumer, List<Integer> received) {
    for (ReceivedMessage message : consumer.receiveBatch(100, PATIENCE)) {
      received.add(Integer.valueOf(message.text()));
      consumer.acknowledge(message);
    }
  }

  @Test
  void anOwnerThatDiesAfterAnUpdateIsFollowedByOneThatServesUnderIt() throws Exception {
    admin.createTopic("moved", TopicOptions.defaults());
    ArpeggioNode owner = cluster.owner("moved", 0);
    admin.updateTopic("moved", TopicOptions.defaults().withMaxMessageBytes(100));
    cluster.crash(owner);
    try (Arpeggio other = cluster.connect();
        Producer producer = other.producer("moved")) {
      assertEquals(Reason.MESSAGE_TOO_LARGE, refusal(producer.send(Message.of("x".repeat(500)))));
    }
    cluster.restart(owner.address());
    cluster.untilIdeal();
  }
}

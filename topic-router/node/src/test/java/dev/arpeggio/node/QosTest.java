package dev.arpeggio.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Durability;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.MissedDeadline;
import dev.arpeggio.client.Ownership;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ProducerOptions;
import dev.arpeggio.client.QosRequest;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Reliability;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.PublisherSign;
import dev.arpeggio.protocol.v1.Qos;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.SendResponse;
import dev.arpeggio.protocol.v1.SequenceRange;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is offered and requested, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QosTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TestCluster cluster;
  private Arpeggio client;
  private final AtomicInteger late = new AtomicInteger();

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(3).untilIdeal();
    client = cluster.connect();
  }

  @AfterAll
  void stop() throws IOException {
    client.close();
    cluster.close();
  }

  private void create(String topic, TopicOptions options) {
    client.admin().createTopic(topic, options);
  }

  private void createExclusive(String topic) {
    create(
        topic,
        TopicOptions.defaults()
            .withOwnership(Ownership.EXCLUSIVE)
            .withPublisherLease(Duration.ofMinutes(1)));
  }

  private Producer producer(String topic, int strength) {
    return client.producer(topic, ProducerOptions.defaults().withStrength(strength));
  }

  private static Message keyed(String key, String body) {
    return Message.of(body).withKey(key);
  }

  private static <T> T result(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static boolean isHeard(Producer producer, String key, String body) throws Exception {
    try {
      result(producer.send(keyed(key, body)));
      return true;
    } catch (ExecutionException e) {
      ArpeggioException why = assertInstanceOf(ArpeggioException.class, e.getCause());
      assertEquals(Reason.NOT_HEARD, why.reason());
      assertFalse(why.isRetryable());
      return false;
    }
  }

  private static List<String> texts(Consumer consumer, int count) {
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      ReceivedMessage message = consumer.receive(PATIENCE).orElseThrow();
      texts.add(message.text());
      consumer.acknowledge(message);
    }
    return texts;
  }

  private PartitionInfo.Publishing publishing(String topic) {
    return client.admin().describeTopic(topic).partitions().get(0).publishing();
  }

  // ---- Ownership.

  @Test
  void theStrongestPublisherOfAKeyIsHeard() throws Exception {
    createExclusive("strongest");
    try (Producer strong = producer("strongest", 2);
        Consumer consumer = client.consumer("strongest")) {
      try (Producer weak = producer("strongest", 1)) {
        assertTrue(isHeard(weak, "k", "w1"));
        assertTrue(isHeard(strong, "k", "s1"));
        assertFalse(isHeard(weak, "k", "w2"));
        assertTrue(isHeard(weak, "j", "w3"));
        weak.changeStrength(3);
        assertTrue(isHeard(weak, "k", "w4"));
        assertFalse(isHeard(strong, "k", "s2"));
        assertEquals(new PartitionInfo.Publishing(2, 2, 2, 0), publishing("strongest"));
        assertEquals(List.of("w1", "s1", "w3", "w4"), texts(consumer, 4));
      }
      // Long before its lease is over.
      untilHeard(strong, "k", "s3");
    }
  }

  private static void untilHeard(Producer producer, String key, String body) throws Exception {
    while (!isHeard(producer, key, body)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aTakeoverDoesNotLetTheWeakerSpeak() throws Exception {
    createExclusive("takeover");
    try (Producer weak = producer("takeover", 1);
        Producer strong = producer("takeover", 2)) {
      assertTrue(isHeard(strong, "k", "s1"));
      assertFalse(isHeard(weak, "k", "w1"));

      ArpeggioNode owner = cluster.owner("takeover", 0);
      cluster.crash(owner);
      assertFalse(isHeard(weak, "k", "w2"));
      assertTrue(isHeard(strong, "k", "s2"));
      assertFalse(isHeard(weak, "k", "w3"));
      cluster.add();
      cluster.untilIdeal();
    }
  }

  @Test
  void whoGivesNoSignIsGoneAfterItsLease() throws Exception {
    createExclusive("silent");
    ManagedChannel channel = channel(cluster.owner("silent", 0));
    try (Producer weak = producer("silent", 1)) {
      Responses responses = new Responses();
      StreamObserver<PublishRequest> stream = QueueGrpc.newStub(channel).publish(responses);
      stream.onNext(
          attach(
              PublishAttach.newBuilder()
                  .setTopic("silent")
                  .setStrength(5)
                  .setOffered(Qos.newBuilder().setLeaseMs(400))));
      assertEquals(400, responses.next().getAttached().getLeaseMs());
      stream.onNext(batch(1, "k"));
      assertTrue(responses.next().hasConfirmation());

      // Its stream stands, but it says nothing.
      untilHeard(weak, "k", "w");
      stream.onNext(batch(2, "k"));
      assertEquals(0, responses.next().getConfirmation().getNotHeardCount());
      stream.onNext(
          PublishRequest.newBuilder().setSign(PublisherSign.newBuilder().setStrength(0)).build());
      untilHeard(weak, "k", "w");
      stream.onNext(batch(3, "k"));
      assertEquals(
          List.of(SequenceRange.newBuilder().setFirst(3).setCount(1).build()),
          responses.next().getConfirmation().getNotHeardList());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void singleCallsAreToldToo() throws Exception {
    createExclusive("calls");
    ManagedChannel channel = channel(cluster.notOwner("calls", 0));
    try (Producer strong = producer("calls", 1)) {
      assertTrue(isHeard(strong, "k", "s"));
      SendRequest request =
          SendRequest.newBuilder()
              .setTopic("calls")
              .setProducerId(id())
              .setFirstSequence(1)
              .addMessages(message("k"))
              .addMessages(message("j"))
              .build();
      QueueGrpc.QueueBlockingStub queue = QueueGrpc.newBlockingStub(channel);
      SendResponse answer = queue.send(request);
      assertEquals(
          List.of(SequenceRange.newBuilder().setFirst(1).setCount(1).build()),
          answer.getNotHeardList());
      assertEquals(answer, queue.send(request));
      Status refused =
          Status.fromThrowable(
              assertThrows(
                  RuntimeException.class,
                  () -> queue.send(request.toBuilder().clearProducerId().build())));
      assertEquals(Status.Code.INVALID_ARGUMENT, refused.getCode());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void deadLettersOfAnExclusiveTopicComeBackThoughAStrongerPublisherHasTheirKey() throws Exception {
    createExclusive("redriven");
    try (Producer strong = producer("redriven", 9);
        Consumer consumer = client.consumer("redriven")) {
      assertTrue(isHeard(strong, "k", "s"));
      consumer.reject(consumer.receive(PATIENCE).orElseThrow(), "bad");
      TestCluster.await(
          "a dead letter",
          () ->
              client.admin().listTopics().stream()
                  .anyMatch(topic -> topic.topic().equals("redriven.dead")));
      client
          .admin()
          .partition("redriven.dead", 0)
          .createSubscription("default", Position.earliest());
      TestCluster.await(
          "redriven",
          () ->
              client
                      .admin()
                      .partition("redriven.dead", 0)
                      .redrive("default", Optional.empty())
                      .moved()
                  > 0);
      assertEquals(List.of("s"), texts(consumer, 1));
    }
  }

  // ---- Offered and requested.

  private static ArpeggioException refusal(CompletableFuture<Confirmation> future) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> result(future));
    return assertInstanceOf(ArpeggioException.class, failed.getCause());
  }

  @Test
  void aPublisherThatOffersTooLittleIsRefusedWithBothValues() {
    create("demanding", TopicOptions.defaults().withDeadline(Duration.ofSeconds(5)));
    Map<ProducerOptions, Map<String, String>> offers =
        Map.of(
            ProducerOptions.defaults().withReliability(Reliability.BEST_EFFORT),
            Map.of("policy", "reliability", "offered", "BEST_EFFORT", "requested", "RELIABLE"),
            ProducerOptions.defaults().withOwnership(Ownership.EXCLUSIVE),
            Map.of("policy", "ownership", "offered", "EXCLUSIVE", "requested", "SHARED"),
            ProducerOptions.defaults().withStrength(1),
            Map.of("policy", "ownership", "offered", "EXCLUSIVE", "requested", "SHARED"),
            ProducerOptions.defaults().withDeadline(Duration.ofSeconds(6)),
            Map.of("policy", "deadline", "offered", "6000 ms", "requested", "5000 ms"),
            ProducerOptions.defaults().withLease(Duration.ofSeconds(11)),
            Map.of("policy", "lease", "offered", "11000 ms", "requested", "10000 ms"));
    offers.forEach(
        (offer, details) -> {
          try (Producer producer = client.producer("demanding", offer)) {
            ArpeggioException refused = refusal(producer.send(Message.of("x")));
            assertEquals(Reason.QOS_MISMATCH, refused.reason());
            assertEquals(details, refused.details());
          }
        });
  }

  @Test
  void aConsumerThatRequestsTooMuchIsRefusedWithBothValues() {
    create(
        "modest",
        TopicOptions.defaults()
            .withReliability(Reliability.BEST_EFFORT)
            .withDurability(Durability.VOLATILE));
    Map<QosRequest, Map<String, String>> requests =
        Map.of(
            QosRequest.any().withOwnership(Ownership.EXCLUSIVE),
            Map.of("policy", "ownership", "offered", "SHARED", "requested", "EXCLUSIVE"),
            QosRequest.any().withReliability(Reliability.RELIABLE),
            Map.of("policy", "reliability", "offered", "BEST_EFFORT", "requested", "RELIABLE"),
            QosRequest.any().withDurability(Durability.PERSISTENT),
            Map.of("policy", "durability", "offered", "VOLATILE", "requested", "PERSISTENT"),
            QosRequest.any().withDeadline(Duration.ofSeconds(1)),
            Map.of("policy", "deadline", "offered", "none", "requested", "1000 ms"),
            QosRequest.any().withLease(Duration.ofSeconds(9)),
            Map.of("policy", "lease", "offered", "10000 ms", "requested", "9000 ms"));
    requests.forEach(
        (request, details) -> {
          ConsumerOptions options = ConsumerOptions.defaults().withQos(request);
          try (Consumer consumer = client.consumer("modest", options)) {
            ArpeggioException refused =
                assertThrows(ArpeggioException.class, () -> consumer.receive(PATIENCE));
            assertEquals(Reason.QOS_MISMATCH, refused.reason());
            assertEquals(details, refused.details());
          }
        });
  }

  @Test
  void ownershipAndDurabilityOfATopicCannotBeChanged() {
    create("fixed", TopicOptions.defaults());
    for (TopicOptions change :
        List.of(
            TopicOptions.defaults().withOwnership(Ownership.EXCLUSIVE),
            TopicOptions.defaults().withDurability(Durability.VOLATILE))) {
      ArpeggioException refused =
          assertThrows(ArpeggioException.class, () -> client.admin().updateTopic("fixed", change));
      assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
      assertTrue(String.valueOf(refused.getMessage()).contains("cannot be changed"));
    }
  }

  // ---- Deadlines, history, durability.

  @Test
  void aMissedDeadlineIsTold() throws Exception {
    create("deadlines", TopicOptions.defaults().withDeadline(Duration.ofMillis(200)));
    BlockingQueue<MissedDeadline> missed = new LinkedBlockingQueue<>();
    ConsumerOptions options = ConsumerOptions.defaults().withOnMissedDeadline(missed::add);
    try (Producer producer = client.producer("deadlines");
        Consumer consumer = client.consumer("deadlines", options)) {
      result(producer.send(keyed("pump-1", "x")));
      assertEquals(List.of("x"), texts(consumer, 1));
      TestCluster.await("a silent key", () -> publishing("deadlines").missedDeadlines() > 0);
      // Who had not attached yet when it happened is told the next time.
      MissedDeadline told = null;
      while (told == null) {
        result(producer.send(keyed("pump-1", "x")));
        told = missed.poll(1, TimeUnit.SECONDS);
      }
      assertEquals("pump-1", new String(told.key().orElseThrow(), UTF_8));
      assertEquals(0, told.partition());
    }
  }

  @Test
  void aLateSubscriberGetsTheLastMessagesOfEachKey() throws Exception {
    create("history", TopicOptions.defaults().withKeepLastPerKey(2));
    // Less would not be worth a compaction.
    String padding = " ".repeat(10_000);
    try (Producer producer = client.producer("history")) {
      for (int i = 1; i <= 8; i++) {
        for (String key : List.of("a", "b")) {
          result(producer.send(keyed(key, key + i + padding)));
        }
      }
    }
    List<String> last = List.of("a7", "b7", "a8", "b8");
    TestCluster.await("only the last messages", () -> lateTexts("history").equals(last));
  }

  private List<String> lateTexts(String topic) {
    String name = "late-" + late.incrementAndGet();
    try (Consumer consumer =
        client.consumer(topic, ConsumerOptions.defaults().withSubscription(name))) {
      List<String> texts = new ArrayList<>();
      while (!texts.contains("b8")) {
        texts.addAll(texts(consumer, 1).stream().map(String::strip).toList());
      }
      return texts;
    } finally {
      client.admin().partition(topic, 0).deleteSubscription(name);
    }
  }

  @Test
  void aVolatileTopicBeginsWithWhatComesNext() throws Exception {
    create("volatile", TopicOptions.defaults().withDurability(Durability.VOLATILE));
    try (Producer producer = client.producer("volatile");
        Consumer consumer = client.consumer("volatile")) {
      result(producer.send(Message.of("before")));
      TestCluster.await(
          "a subscription",
          () ->
              !client
                  .admin()
                  .describeTopic("volatile")
                  .partitions()
                  .get(0)
                  .subscriptions()
                  .isEmpty());
      result(producer.send(Message.of("after")));
      List<String> texts = texts(consumer, 1);
      if (texts.equals(List.of("before"))) {
        // The subscription was there before the first message.
        texts = texts(consumer, 1);
      }
      assertEquals(List.of("after"), texts);
      try (Consumer late =
          client.consumer("volatile", ConsumerOptions.defaults().withSubscription("late"))) {
        TestCluster.await(
            "another subscription",
            () ->
                client.admin().describeTopic("volatile").partitions().get(0).subscriptions().size()
                    == 2);
        result(producer.send(Message.of("latest")));
        assertEquals(List.of("latest"), texts(late, 1));
      }
    }
  }

  // ---- Best effort.

  @Test
  void bestEffortMessagesArriveAndThoseWithoutRoomAreCounted() throws Exception {
    create("best", TopicOptions.defaults().withReliability(Reliability.BEST_EFFORT));
    ProducerOptions offer = ProducerOptions.defaults().withReliability(Reliability.BEST_EFFORT);
    ClientOptions small = ClientOptions.defaults().withMaxInFlightBytes(1_000);
    try (Arpeggio narrow = Arpeggio.connect(String.join(",", cluster.addresses()), small);
        Producer producer = narrow.producer("best", offer);
        Consumer consumer = client.consumer("best")) {
      List<CompletableFuture<Confirmation>> sent =
          IntStream.range(0, 5_000)
              .mapToObj(i -> producer.send(Message.of("message-" + i)))
              .toList();
      producer.flush();
      long failed = sent.stream().filter(CompletableFuture::isCompletedExceptionally).count();
      assertTrue(failed > 0 && failed < 5_000, failed + " failed");
      // What the owner drops is counted, too, and told as it happens.
      Set<String> received = new HashSet<>();
      TestCluster.await(
          "every message, or word of it",
          () -> {
            consumer.receive(Duration.ofMillis(10)).map(ReceivedMessage::text).ifPresent(received::add);
            return received.size() + producer.dropped() == 5_000;
          });
      assertTrue(producer.dropped() >= failed);
      assertFalse(received.isEmpty());
    }
  }

  @Test
  void bestEffortDoesNotWaitForNodesThatAreAway() {
    ProducerOptions offer = ProducerOptions.defaults().withReliability(Reliability.BEST_EFFORT);
    ClientOptions small =
        ClientOptions.defaults()
            .withMaxInFlightBytes(1_000)
            .withRequestTimeout(Duration.ofMillis(100));
    try (Arpeggio nowhere = Arpeggio.connect("127.0.0.1:1", small)) {
      Producer producer = nowhere.producer("t", offer);
      for (int i = 0; i < 1_000; i++) {
        var unused = producer.send(Message.of("message-" + i));
      }
      assertTrue(producer.dropped() > 900);
    }
  }

  // ---- As a stranger speaks.

  private static ManagedChannel channel(ArpeggioNode node) {
    return NettyChannelBuilder.forTarget(node.address()).usePlaintext().build();
  }

  private static ByteString id() {
    return ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  }

  private static PublishRequest attach(PublishAttach.Builder attach) {
    return PublishRequest.newBuilder().setAttach(attach.setProducerId(id())).build();
  }

  private static dev.arpeggio.protocol.v1.Message message(String key) {
    return dev.arpeggio.protocol.v1.Message.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setBody(ByteString.copyFromUtf8("x"))
        .build();
  }

  private static PublishRequest batch(long sequence, String key) {
    return PublishRequest.newBuilder()
        .setBatch(
            PublishBatch.newBuilder()
                .setFirstSequence(sequence)
                .setCount(1)
                .setMessages(Messages.newBuilder().addMessage(message(key)).build().toByteString()))
        .build();
  }

  @Test
  void anOfferThatMakesNoSenseIsRefusedByTheNameOfItsField() throws Exception {
    createExclusive("nonsense");
    ManagedChannel channel = channel(cluster.owner("nonsense", 0));
    try {
      Map<String, PublishAttach.Builder> attaches =
          Map.of(
              "strength", PublishAttach.newBuilder().setStrength(-1),
              "ownership",
                  PublishAttach.newBuilder().setOffered(Qos.newBuilder().setOwnershipValue(77)),
              "reliability",
                  PublishAttach.newBuilder().setOffered(Qos.newBuilder().setReliabilityValue(-1)),
              "lease_ms", PublishAttach.newBuilder().setOffered(Qos.newBuilder().setLeaseMs(99)),
              "deadline_ms",
                  PublishAttach.newBuilder().setOffered(Qos.newBuilder().setDeadlineMs(-1)));
      for (var entry : attaches.entrySet()) {
        Responses responses = new Responses();
        StreamObserver<PublishRequest> stream = QueueGrpc.newStub(channel).publish(responses);
        stream.onNext(attach(entry.getValue().setTopic("nonsense")));
        Status status = responses.error();
        assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode());
        assertTrue(
            String.valueOf(status.getDescription()).startsWith(entry.getKey() + ":"),
            entry.getKey() + " gives " + status);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** What comes back on a stream, one after the other. */
  private static final class Responses implements StreamObserver<PublishResponse> {
    private final BlockingQueue<Object> all = new LinkedBlockingQueue<>();

    private Object take() throws InterruptedException {
      Object next = all.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came");
      }
      return next;
    }

    PublishResponse next() throws InterruptedException {
      return (PublishResponse) take();
    }

    Status error() throws InterruptedException {
      return Status.fromThrowable((Throwable) take());
    }

    @Override
    public void onNext(PublishResponse response) {
      all.add(response);
    }

    @Override
    public void onError(Throwable t) {
      all.add(t);
    }

    @Override
    public void onCompleted() {}
  }
}

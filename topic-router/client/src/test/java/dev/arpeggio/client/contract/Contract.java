package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.client.Admin;
import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.SubscriptionInfo;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.TopicOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.function.Executable;

/** The small language in which contracts are written. */
abstract class Contract {
  /** How long to wait for what must happen. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<AutoCloseable> open = new ArrayList<>();
  private String testName = "";
  private Arpeggio client;

  /** Where it is played. */
  protected abstract Playground playground();

  @BeforeEach
  final void connect(TestInfo test) {
    testName = test.getTestMethod().orElseThrow().getName();
    client = connect(ClientOptions.defaults());
  }

  @AfterEach
  final void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  final Arpeggio connect(ClientOptions options) {
    Arpeggio connected = playground().connect(options);
    open.add(connected);
    return connected;
  }

  final Arpeggio client() {
    return client;
  }

  final Admin admin() {
    return client.admin();
  }

  final void pass(Duration time) {
    playground().pass(time);
  }

  // --- Topics ---

  /** A name that no other test uses. */
  final String name(String what) {
    return testName + "." + what;
  }

  final String topic() {
    return topic(TopicOptions.defaults());
  }

  final String topic(TopicOptions options) {
    return admin().createTopic(name("topic"), options).topic();
  }

  final PartitionInfo partition(String topic, int number) {
    return admin().describeTopic(topic).partitions().get(number);
  }

  final SubscriptionInfo subscription(String topic) {
    return partition(topic, 0).subscriptions().stream()
        .filter(subscription -> subscription.subscription().equals("default"))
        .findFirst()
        .orElseThrow();
  }

  /** Waits until that many consumers are attached to each partition. */
  final void awaitConsumers(String topic, int number) {
    await(
        number + " consumers",
        () ->
            admin().describeTopic(topic).partitions().stream()
                .allMatch(
                    partition ->
                        partition.subscriptions().stream()
                            .anyMatch(subscription -> subscription.consumers() == number)));
  }

  // --- Publishing ---

  final Producer producer(String topic) {
    Producer producer = client.producer(topic);
    open.add(producer);
    return producer;
  }

  /** Publishes texts together, and waits for their confirmations. */
  final List<Confirmation> publish(String topic, String... texts) {
    return publish(topic, Arrays.stream(texts).map(Message::of).toList());
  }

  final List<Confirmation> publish(String topic, List<Message> messages) {
    try (Producer producer = client.producer(topic)) {
      // All of them wait for the topic to be found, and then travel in one batch.
      return messages.stream().map(producer::send).toList().stream().map(Contract::get).toList();
    }
  }

  /** Texts {@code 0} to {@code count - 1}. */
  static String[] numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static ArpeggioException failure(CompletableFuture<?> future) {
    ExecutionException failed =
        assertThrows(
            ExecutionException.class, () -> future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    return assertInstanceOf(ArpeggioException.class, failed.getCause());
  }

  // --- Consuming ---

  final Consumer consumer(String topic) {
    return consumer(topic, ConsumerOptions.defaults());
  }

  final Consumer consumer(String topic, SubscriptionKind kind) {
    return consumer(topic, ConsumerOptions.defaults().withKind(kind));
  }

  final Consumer consumer(String topic, ConsumerOptions options) {
    Consumer consumer = client.consumer(topic, options);
    open.add(consumer);
    return consumer;
  }

  final <T extends AutoCloseable> T closedAtTheEnd(T closeable) {
    open.add(closeable);
    return closeable;
  }

  static ReceivedMessage next(Consumer consumer) {
    return consumer.receive(PATIENCE).orElseThrow(() -> new AssertionError("nothing came"));
  }

  static List<ReceivedMessage> receive(Consumer consumer, int count) {
    List<ReceivedMessage> received = new ArrayList<>();
    while (received.size() < count) {
      List<ReceivedMessage> batch = consumer.receiveBatch(count - received.size(), PATIENCE);
      assertFalse(batch.isEmpty(), "after " + received.size() + " messages nothing came");
      received.addAll(batch);
    }
    return received;
  }

  /** Receives and acknowledges. */
  static List<ReceivedMessage> consume(Consumer consumer, int count) {
    List<ReceivedMessage> received = receive(consumer, count);
    received.forEach(consumer::acknowledge);
    consumer.flushAcknowledgements(PATIENCE);
    return received;
  }

  static List<String> texts(List<ReceivedMessage> messages) {
    return messages.stream().map(ReceivedMessage::text).toList();
  }

  // --- Waiting and failing ---

  /** Looks again and again until it is so. */
  static void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("never happened: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  static ArpeggioException refused(Reason reason, Executable call) {
    ArpeggioException failure = assertThrows(ArpeggioException.class, call);
    assertEquals(reason, failure.reason(), String.valueOf(failure.getMessage()));
    return failure;
  }

  static void refusedField(String field, Executable call) {
    assertEquals(field, refused(Reason.INVALID_ARGUMENT, call).details().get("field"));
  }
}

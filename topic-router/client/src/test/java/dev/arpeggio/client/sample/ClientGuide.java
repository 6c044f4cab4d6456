package dev.arpeggio.client.sample;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Confirmation;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Requester;
import dev.arpeggio.client.Responder;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.Topics;
import dev.arpeggio.client.testing.InMemoryBroker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What the page about the client library shows, one method a sample. */
final class ClientGuide {
  private ClientGuide() {}

  static String first(String addresses) {
    // docs/client.md: first
    try (Arpeggio client = Arpeggio.connect(addresses)) {
      client.admin().createTopic("orders", TopicOptions.defaults().withPartitions(4));
      try (Producer producer = client.producer("orders");
          Consumer consumer = client.consumer("orders")) {
        producer.send(Message.of("one espresso").withKey("table 7")).join();
        ReceivedMessage message = consumer.receive(Duration.ofSeconds(10)).orElseThrow();
        consumer.acknowledge(message);
        return message.text();
      }
    }
    // docs/client.md: end
  }

  static long publishing(Arpeggio client, List<String> lines) {
    // docs/client.md: publishing
    try (Producer producer = client.producer("orders")) {
      List<CompletableFuture<Confirmation>> sent =
          lines.stream().map(line -> producer.send(Message.of(line))).toList();
      producer.flush(Duration.ofMinutes(1));
      return sent.stream().filter(future -> !future.isCompletedExceptionally()).count();
    }
    // docs/client.md: end
  }

  static void failures(Producer producer, Message message) {
    // docs/client.md: failures
    CompletableFuture<Void> unused =
        producer
            .send(message)
            .handle(
                (confirmation, failure) -> {
                  if (failure instanceof ArpeggioException refused && !refused.isRetryable()) {
                    System.err.println("Not stored: " + refused.getMessage());
                  }
                  return null;
                });
    // docs/client.md: end
  }

  static int consuming(Arpeggio client, int enough) {
    // docs/client.md: consuming
    ConsumerOptions options =
        ConsumerOptions.defaults()
            .withSubscription("kitchen")
            .withKind(SubscriptionKind.KEY_SHARED)
            .withCredit(100);
    int cooked = 0;
    try (Consumer consumer = client.consumer("orders", options)) {
      while (cooked < enough) {
        for (ReceivedMessage order : consumer.receiveBatch(20, Duration.ofSeconds(1))) {
          try {
            cook(order.text());
            consumer.acknowledge(order);
            cooked++;
          } catch (IllegalArgumentException e) {
            consumer.reject(order, "not on the menu");
          } catch (RuntimeException e) {
            consumer.retry(order, Duration.ofSeconds(5));
          }
        }
      }
      consumer.flushAcknowledgements(Duration.ofSeconds(30));
    }
    // docs/client.md: end
    return cooked;
  }

  private static void cook(String order) {
    if (order.isEmpty()) {
      throw new IllegalArgumentException("nothing was ordered");
    }
  }

  static Consumer several(Arpeggio client) {
    // docs/client.md: several
    Consumer consumer =
        client.consumer(Topics.matching("orders.*", "refunds"), ConsumerOptions.defaults());
    // docs/client.md: end
    return consumer;
  }

  // docs/client.md: asynchronous
  static void consumeWith(Consumer consumer, Executor executor) {
    CompletableFuture<Void> unused =
        consumer
            .receiveAsync(100)
            .thenAcceptAsync(
                messages -> {
                  messages.forEach(message -> cook(message.text()));
                  messages.forEach(consumer::acknowledge);
                  consumeWith(consumer, executor);
                },
                executor);
  }

  // docs/client.md: end

  static String requests(Arpeggio client) {
    // docs/client.md: requests
    try (Requester requester = client.requester("prices", "prices.replies")) {
      CompletableFuture<ReceivedMessage> reply =
          requester.request(Message.of("espresso"), Duration.ofSeconds(10));
      return reply.join().text();
    }
    // docs/client.md: end
  }

  static void replies(Arpeggio client) {
    // docs/client.md: replies
    try (Responder responder = client.responder();
        Consumer consumer = client.consumer("prices")) {
      Optional<ReceivedMessage> request = consumer.receive(Duration.ofSeconds(10));
      request.ifPresent(
          message -> {
            responder.reply(message, Message.of("1.20")).join();
            consumer.acknowledge(message);
          });
    }
    // docs/client.md: end
  }

  static void administration(Arpeggio client) {
    // docs/client.md: administration
    client
        .admin()
        .updateTopic(
            "orders",
            TopicOptions.defaults()
                .withMaxDeliveries(5)
                .withBackoff(Duration.ofSeconds(1))
                .withRetention(Duration.ofDays(7)));
    client.admin().partition("orders", 0).seek("kitchen", Position.earliest());
    // docs/client.md: end
  }

  static boolean test() {
    // docs/client.md: test
    try (InMemoryBroker broker = InMemoryBroker.start();
        Arpeggio client = broker.connect()) {
      client.admin().createTopic("reminders", TopicOptions.defaults());
      try (Producer producer = client.producer("reminders");
          Consumer consumer = client.consumer("reminders")) {
        producer.send(Message.of("wake up").withDelay(Duration.ofHours(8))).join();
        boolean early = consumer.receive(Duration.ofMillis(100)).isPresent();
        broker.advance(Duration.ofHours(8));
        boolean due = consumer.receive(Duration.ofSeconds(10)).isPresent();
        return due && !early;
      }
    }
    // docs/client.md: end
  }
}

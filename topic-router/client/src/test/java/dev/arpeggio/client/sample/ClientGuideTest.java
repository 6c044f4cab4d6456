package dev.arpeggio.client.sample;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.TopicOptions;
import dev.arpeggio.client.testing.InMemoryBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples do what the page says, and the page shows the samples. */
@Timeout(60)
class ClientGuideTest {
  private static final Path SOURCE =
      Path.of("src/test/java/dev/arpeggio/client/sample/ClientGuide.java");
  private static final Path PAGE = Path.of("../../docs/client.md");

  @Test
  void aMessageGoesThere() {
    try (InMemoryBroker broker = InMemoryBroker.start()) {
      assertEquals("one espresso", ClientGuide.first(broker.address()));
    }
  }

  @Test
  void whatIsPublishedIsConsumed() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (InMemoryBroker broker = InMemoryBroker.start();
        Arpeggio client = broker.connect()) {
      client.admin().createTopic("orders", TopicOptions.defaults());
      client.admin().createTopic("orders.eu", TopicOptions.defaults());
      assertEquals(3, ClientGuide.publishing(client, List.of("a", "b", "c")));
      try (Producer producer = client.producer("orders");
          Producer european = client.producer("orders.eu");
          Consumer consumer = ClientGuide.several(client)) {
        ClientGuide.failures(producer, Message.of("d"));
        producer.flush(Duration.ofSeconds(30));
        assertEquals(4, ClientGuide.consuming(client, 4));
        ClientGuide.administration(client);

        european.send(Message.of("e")).get(30, TimeUnit.SECONDS);
        CompletableFuture<?> executed = new CompletableFuture<>();
        ClientGuide.consumeWith(
            consumer,
            task ->
                executor.execute(
                    () -> {
                      task.run();
                      executed.complete(null);
                    }));
        assertDoesNotThrow(() -> executed.get(30, TimeUnit.SECONDS));
        consumer.flushAcknowledgements(Duration.ofSeconds(30));
      }
      assertEquals(
          0,
          client
              .admin()
              .describeTopic("orders.eu")
              .partitions()
              .get(0)
              .subscriptions()
              .get(0)
              .backlog());
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aRequestHasItsReply() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (InMemoryBroker broker = InMemoryBroker.start();
        Arpeggio client = broker.connect()) {
      client.admin().createTopic("prices", TopicOptions.defaults());
      client.admin().createTopic("prices.replies", TopicOptions.defaults());
      var replied = executor.submit(() -> ClientGuide.replies(client));
      assertEquals("1.20", ClientGuide.requests(client));
      replied.get(30, TimeUnit.SECONDS);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aTestMovesTheTime() {
    assertTrue(ClientGuide.test());
  }

  @Test
  void thePageShowsTheSamplesAsTheyAreCompiled() throws IOException {
    List<String> samples = samples(Files.readString(SOURCE));
    assertTrue(samples.size() >= 10, "samples: " + samples.size());
    String page = Files.readString(PAGE);
    for (String sample : samples) {
      assertTrue(page.contains("```java\n" + sample + "```\n"), "not on the page:\n" + sample);
    }
    assertEquals(samples.size(), page.split("```java\n", -1).length - 1, "samples on the page");
  }

  /** What stands between the marks, without the indentation of its first line. */
  private static List<String> samples(String source) {
    List<String> samples = new ArrayList<>();
    Matcher marked =
        Pattern.compile("(?s)// docs/client\\.md: (?!end)\\w+\\n(.*?)\\n *// docs/client\\.md: end")
            .matcher(source);
    while (marked.find()) {
      samples.add(marked.group(1).stripTrailing().stripIndent().strip() + "\n");
    }
    return samples;
  }
}

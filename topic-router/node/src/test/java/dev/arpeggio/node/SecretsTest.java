package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.TopicOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and keys show nowhere: not in logs, errors or {@code toString}. */
class SecretsTest {
  @TempDir Path directory;

  @Test
  void nothingThatIsSaidHoldsASecret() throws Exception {
    Ear ear = new Ear();
    Logger ours = Logger.getLogger("dev.arpeggio");
    Logger root = Logger.getLogger("");
    Level before = ours.getLevel();
    root.addHandler(ear);
    ours.setLevel(Level.ALL);
    try (SecureCluster cluster = new SecureCluster(directory)) {
      String token = cluster.newToken("shop", Optional.empty());
      String expired = cluster.newToken("shop", Optional.of(Instant.EPOCH));
      cluster.start(2, "shop orders publish");
      ear.hear(cluster.client().withToken(() -> token));
      ear.hear(cluster.options(cluster.certificate(0), directory));
      try (Arpeggio ops = cluster.connect(cluster.opsToken())) {
        ops.admin().createTopic("orders", TopicOptions.defaults());
      }
      try (Arpeggio shop = cluster.connect(token);
          Producer producer = shop.producer("orders")) {
        ear.hear(producer.send(Message.of("one")).get(60, TimeUnit.SECONDS));
        ear.hear(refusal(Reason.PERMISSION_DENIED, shop));
        cluster.forgetTokensOf("shop");
        TestCluster.await(
            "the end of the token",
            () -> {
              try {
                ear.hear(producer.send(Message.of("two")).get(60, TimeUnit.SECONDS));
                return false;
              } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError(e);
              } catch (ExecutionException e) {
                ear.hear(e);
                return true;
              }
            });
      }
      for (String bad : List.of(expired, "arpeggio_guessed_secret", "not\na token")) {
        try (Arpeggio client = cluster.connect(bad)) {
          ear.hear(refusal(Reason.UNAUTHENTICATED, client));
        }
      }
      for (String secret :
          List.of(token, expired, cluster.opsToken(), "guessed_secret", "not\na token")) {
        ear.mustNotHaveHeard(secret);
      }
      ear.mustNotHaveHeard(keyOf(cluster));
    } finally {
      root.removeHandler(ear);
      ours.setLevel(before);
    }
  }

  /** The ear hears: this would be a secret that was said. */
  @Test
  void whatIsSaidIsHeard() {
    Ear ear = new Ear();
    ear.hear(
        new ArpeggioException(Reason.INTERNAL, "planted", Map.of(), new IOException("sesame")));
    assertThrows(AssertionError.class, () -> ear.mustNotHaveHeard("sesame"));
    ClientOptions options = ClientOptions.defaults().withToken(new Boastful());
    assertEquals("sesame", options.security().token().orElseThrow().toString());
    assertFalse(options.toString().contains("sesame"), options.toString());
  }

  private static ArpeggioException refusal(Reason reason, Arpeggio client) {
    ArpeggioException refused =
        assertThrows(ArpeggioException.class, () -> client.admin().deleteTopic("orders"));
    assertEquals(reason, refused.reason(), refused.toString());
    return refused;
  }

  private static String keyOf(SecureCluster cluster) throws IOException {
    List<String> lines = Files.readAllLines(cluster.certificate(0).key());
    assertTrue(lines.get(1).length() > 32);
    return lines.get(1);
  }

  private static final class Boastful implements Supplier<String> {
    @Override
    public String get() {
      return "sesame";
    }

    @Override
    public String toString() {
      return "sesame";
    }
  }

  /** Everything that is logged, and that it is told. */
  private static final class Ear extends Handler {
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    void hear(Object said) {
      heard.add(said.toString());
      if (said instanceof Throwable thrown) {
        Stream.iterate(thrown, t -> t != null, Throwable::getCause)
            .forEach(t -> heard.add(t.toString()));
      }
    }

    void mustNotHaveHeard(String secret) {
      assertFalse(heard.isEmpty());
      heard.forEach(line -> assertFalse(line.contains(secret), line));
    }

    @Override
    public void publish(LogRecord entry) {
      heard.add(new SimpleFormatter().format(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

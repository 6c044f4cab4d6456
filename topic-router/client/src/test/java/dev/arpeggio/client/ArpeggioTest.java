package dev.arpeggio.client;

import static dev.arpeggio.client.Eventually.eventually;
import static dev.arpeggio.client.Eventually.resultOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArpeggioTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "host", "host:", ":1", "host:0", "host:65536", "a:1,,b:2", "h:x"})
  void aMalformedAddressIsRefusedAtOnce(String addresses) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Arpeggio.connect(addresses));
    assertTrue(String.valueOf(refusal.getMessage()).contains("host:port"), refusal.getMessage());
  }

  @Test
  void addressesAreReadInOrderWithoutRepetitions() {
    assertEquals(List.of("b:2", "a:1", "[::1]:3"), Addresses.parse("b:2, a:1,b:2,[::1]:3"));
  }

  @Test
  void closingEndsProducersConsumersAndThreads() {
    try (ScriptedCluster cluster = ScriptedCluster.ofNodes(1).withTopic("t", 1)) {
      Arpeggio client = Arpeggio.connect(cluster.addresses());
      Producer producer = client.producer("t");
      Consumer consumer = client.consumer("t");
      resultOf(producer.send(Message.of("a")));
      assertTrue(consumer.receive(Eventually.BOUND).isPresent());
      assertTrue(clientThreads() > 0);
      client.close();
      client.close();
      eventually("the client's thread is gone", () -> clientThreads() == 0);
      cluster.await("no stream left", () -> cluster.node(0).openConsumeStreams() == 0);
      assertEquals(Reason.CLOSED, reasonOf(() -> client.producer("t")));
      assertEquals(Reason.CLOSED, reasonOf(() -> client.consumer("t")));
      assertEquals(Reason.CLOSED, reasonOf(() -> client.admin().listTopics()));
      assertEquals(Reason.CLOSED, reasonOf(() -> consumer.receive(Eventually.BOUND)));
    }
  }

  @Test
  void closingWakesThoseWhoWait() {
    try (ScriptedCluster cluster = ScriptedCluster.ofNodes(1).withTopic("t", 1)) {
      Arpeggio client = Arpeggio.connect(cluster.addresses());
      Consumer consumer = client.consumer("t");
      Reason[] reason = new Reason[1];
      Thread receiver =
          new Thread(() -> reason[0] = reasonOf(() -> consumer.receive(Eventually.BOUND)));
      receiver.start();
      eventually("it waits", () -> receiver.getState() == Thread.State.TIMED_WAITING);
      client.close();
      eventually("it is woken", () -> !receiver.isAlive());
      assertEquals(Reason.CLOSED, reason[0]);
    }
  }

  private static Reason reasonOf(Runnable call) {
    return assertThrows(ArpeggioException.class, call::run).reason();
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("arpeggio-client"))
        .count();
  }
}

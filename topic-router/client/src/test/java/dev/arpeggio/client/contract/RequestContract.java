package dev.arpeggio.client.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.client.Requester;
import dev.arpeggio.client.Responder;
import dev.arpeggio.client.TopicOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests and replies. */
public abstract class RequestContract extends Contract {
  private static final Duration SHORT = Duration.ofMillis(50);

  private Requester requester(String requests) {
    return closedAtTheEnd(client().requester(requests, name("replies")));
  }

  private String requests() {
    admin().createTopic(name("replies"), TopicOptions.defaults().withPartitions(2));
    return topic();
  }

  @Test
  void everyRequesterGetsTheRepliesToItsRequestsInWhateverOrderTheyCome() {
    String requests = requests();
    List<Requester> requesters = List.of(requester(requests), requester(requests));
    List<CompletableFuture<ReceivedMessage>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      replies.add(requesters.get(i % 2).request(Message.of(Integer.toString(i)), PATIENCE));
    }
    Consumer consumer = consumer(requests);
    Responder responder = closedAtTheEnd(client().responder());
    List<ReceivedMessage> received = receive(consumer, 20);
    Collections.reverse(received);
    for (ReceivedMessage request : received) {
      assertTrue(Responder.wantsReply(request));
      get(responder.reply(request, Message.of("re: " + request.text())));
      consumer.acknowledge(request);
    }

    for (int i = 0; i < 20; i++) {
      assertEquals("re: " + i, get(replies.get(i)).text());
    }
  }

  @Test
  void aRequestThatNobodyAnswersTimesOut() {
    Requester requester = requester(requests());
    ArpeggioException failure = failure(requester.request(Message.of("x"), SHORT));
    assertEquals(Reason.TIMED_OUT, failure.reason());
  }

  @Test
  void aRequestThatCannotBeSentFails() {
    requests();
    ArpeggioException failure = failure(requester(name("none")).request(Message.of("x"), PATIENCE));
    assertEquals(Reason.TOPIC_NOT_FOUND, failure.reason());
    refused(Reason.TOPIC_NOT_FOUND, () -> client().requester(name("none"), name("none")));
  }

  @Test
  void aRequesterThatIsClosedLeavesNothingBehind() {
    String requests = requests();
    Requester requester = requester(requests);
    assertEquals(1, partition(name("replies"), 1).subscriptions().size());
    CompletableFuture<ReceivedMessage> reply = requester.request(Message.of("x"), PATIENCE);

    requester.close();

    assertEquals(Reason.CLOSED, failure(reply).reason());
    assertEquals(Reason.CLOSED, failure(requester.request(Message.of("x"), PATIENCE)).reason());
    assertEquals(0, partition(name("replies"), 0).subscriptions().size());
    assertEquals(0, partition(name("replies"), 1).subscriptions().size());
  }

  @Test
  void aMessageThatIsNoRequestHasNoReply() {
    String topic = topic();
    publish(topic, "x");
    ReceivedMessage message = next(consumer(topic));
    assertFalse(Responder.wantsReply(message));
    Responder responder = closedAtTheEnd(client().responder());
    assertThrows(IllegalArgumentException.class, () -> responder.reply(message, Message.of("y")));
  }
}

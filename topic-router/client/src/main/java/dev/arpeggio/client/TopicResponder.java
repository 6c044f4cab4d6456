package dev.arpeggio.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Replies by one producer for each topic. Guarded by this object's monitor. */
final class TopicResponder implements Responder {
  private final Function<String, Producer> producers;
  private final Map<String, Producer> byTopic = new LinkedHashMap<>();
  private boolean closed;

  /**
   * @param producers makes one for a topic
   */
  TopicResponder(Function<String, Producer> producers) {
    this.producers = producers;
  }

  @Override
  public CompletableFuture<Confirmation> reply(ReceivedMessage request, Message reply) {
    String topic =
        RequestHeaders.replyTo(request.message())
            .orElseThrow(() -> new IllegalArgumentException("the message wants no reply"));
    String correlation = RequestHeaders.correlation(request.message()).orElse("");
    Producer producer;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(Failures.closed("responder"));
      }
      if (!byTopic.containsKey(topic) && byTopic.size() >= MAX_TOPICS) {
        return CompletableFuture.failedFuture(
            new ArpeggioException(
                Reason.LIMIT_EXCEEDED,
                "Replies to more than " + MAX_TOPICS + " topics",
                Map.of("limit", String.valueOf(MAX_TOPICS)),
                null));
      }
      producer = byTopic.computeIfAbsent(topic, producers);
    }
    return producer.send(RequestHeaders.reply(reply, correlation));
  }

  @Override
  public void close() {
    List<Producer> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(byTopic.values());
      byTopic.clear();
    }
    open.forEach(Producer::close);
  }
}

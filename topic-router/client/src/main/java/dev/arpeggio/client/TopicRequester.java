package dev.arpeggio.client;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Requests by a producer, and replies by a consumer with a subscription of its own. What is not
 * final is guarded by this object's monitor, which is not held while futures complete; so is {@code
 * pending}.
 */
final class TopicRequester implements Requester {
  private static final Logger LOGGER = System.getLogger(TopicRequester.class.getName());
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int REPLIES_AT_A_TIME = 100;

  private final EventLoop loop;
  private final Admin admin;
  private final String replies;
  private final String id;
  private final String subscription;
  private final int partitions;
  private final Producer producer;
  private final Consumer consumer;
  private final Map<String, CompletableFuture<ReceivedMessage>> pending = new LinkedHashMap<>();
  private long requests;
  private @Nullable ArpeggioException ended;
  private boolean closed;

  /** How a client makes producers and consumers. */
  interface Endpoints {
    Producer producer(String topic);

    Consumer consumer(String topic, ConsumerOptions options);
  }

  /**
   * Waits until the subscription exists.
   *
   * @param id unique among all requesters; part of a subscription's name
   */
  TopicRequester(
      EventLoop loop,
      Admin admin,
      Endpoints endpoints,
      String requests,
      String replies,
      String id) {
    this.loop = loop;
    this.admin = admin;
    this.replies = replies;
    this.id = id;
    this.subscription = "requester-" + id;
    this.partitions = admin.describeTopic(replies).partitions().size();
    subscribe();
    this.producer = endpoints.producer(requests);
    this.consumer =
        endpoints.consumer(replies, ConsumerOptions.defaults().withSubscription(subscription));
    listen();
  }

  private void subscribe() {
    try {
      for (int i = 0; i < partitions; i++) {
        admin.partition(replies, i).createSubscription(subscription, Position.latest());
      }
    } catch (ArpeggioException e) {
      unsubscribe();
      throw e;
    }
  }

  private void unsubscribe() {
    for (int i = 0; i < partitions; i++) {
      try {
        admin.partition(replies, i).deleteSubscription(subscription);
      } catch (ArpeggioException e) {
        LOGGER.log(
            Logger.Level.WARNING,
            "Subscription {0} of {1}/{2} is not deleted, and may keep messages: {3}",
            subscription,
            replies,
            i,
            e.getMessage());
      }
    }
  }

  @Override
  public CompletableFuture<ReceivedMessage> request(Message request, Duration timeout) {
    if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("time-out is not within " + LONGEST + ": " + timeout);
    }
    CompletableFuture<ReceivedMessage> reply = new CompletableFuture<>();
    String correlation;
    synchronized (this) {
      if (ended != null) {
        return CompletableFuture.failedFuture(ended);
      }
      if (pending.size() >= MAX_OUTSTANDING) {
        return CompletableFuture.failedFuture(
            new ArpeggioException(
                Reason.LIMIT_EXCEEDED,
                "More than " + MAX_OUTSTANDING + " requests wait for their replies",
                Map.of("limit", String.valueOf(MAX_OUTSTANDING)),
                null));
      }
      correlation = id + "-" + ++requests;
      pending.put(correlation, reply);
    }
    EventLoop.Timer timer =
        loop.schedule(
            timeout,
            () ->
                reply.completeExceptionally(
                    new ArpeggioException(
                        Reason.TIMED_OUT, "No reply in topic " + replies + " within " + timeout)));
    var unused =
        reply.whenComplete(
            (message, failure) -> {
              timer.cancel();
              forget(correlation);
            });
    var unusedToo =
        producer
            .send(RequestHeaders.request(request, replies, correlation))
            .whenComplete(
                (confirmation, failure) -> {
                  if (failure != null) {
                    reply.completeExceptionally(failure);
                  }
                });
    return reply;
  }

  private synchronized void forget(String correlation) {
    pending.remove(correlation);
  }

  private synchronized Optional<CompletableFuture<ReceivedMessage>> waiting(String correlation) {
    return Optional.ofNullable(pending.get(correlation));
  }

  /** Takes replies until the consumer ends. */
  private void listen() {
    var unused =
        consumer
            .receiveAsync(REPLIES_AT_A_TIME)
            .whenComplete(
                (messages, failure) -> {
                  if (failure != null) {
                    end(
                        failure instanceof ArpeggioException reason
                            ? reason
                            : Failures.closed("requester"));
                  } else {
                    messages.forEach(this::take);
                    listen();
                  }
                });
  }

  private void take(ReceivedMessage reply) {
    RequestHeaders.correlation(reply.message())
        .flatMap(this::waiting)
        .ifPresent(waiting -> waiting.complete(reply));
    try {
      consumer.acknowledge(reply);
    } catch (ArpeggioException e) {
      // It was closed just now, and its subscription goes with it.
      end(e);
    }
  }

  private void end(ArpeggioException reason) {
    List<CompletableFuture<ReceivedMessage>> waiting;
    synchronized (this) {
      if (ended == null) {
        ended = reason;
      }
      waiting = List.copyOf(pending.values());
      pending.clear();
    }
    waiting.forEach(reply -> reply.completeExceptionally(reason));
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    end(Failures.closed("requester"));
    producer.close();
    consumer.close();
    unsubscribe();
  }
}

package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.ListTopicsRequest;
import dev.arpeggio.protocol.v1.ListTopicsResponse;
import dev.arpeggio.protocol.v1.TopicSummary;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again which of the wanted topics exist. Confined to the event loop.
 *
 * <p>A topic that is missing once need not be gone: a node that lags behind may not know it yet.
 */
final class TopicWatch {
  /** What becomes of it; called on the loop. */
  interface Listener {
    /**
     * These exist, perhaps among others that are known already.
     *
     * @param partitions how many each has, by name
     */
    void found(Map<String, Integer> partitions);

    /** No node could say; the watch goes on. */
    void roundFailed(ArpeggioException failure);

    /** The client may not know; the watch is over. */
    void refused(ArpeggioException failure);
  }

  private final EventLoop loop;
  private final AnyNode anyNode;
  private final Topics wanted;
  private final Duration timeout;
  private final Listener listener;
  private final Backoff backoff;
  private EventLoop.@Nullable Timer next;
  private boolean stopped;

  /**
   * @param timeout of each node's answer
   */
  TopicWatch(
      EventLoop loop,
      AnyNode anyNode,
      RandomGenerator random,
      Topics wanted,
      Duration timeout,
      Listener listener) {
    this.loop = loop;
    this.anyNode = anyNode;
    this.wanted = wanted;
    this.timeout = timeout;
    this.listener = listener;
    this.backoff = new Backoff(random);
  }

  void start() {
    look();
  }

  void stop() {
    stopped = true;
    if (next != null) {
      next.cancel();
    }
  }

  private void look() {
    if (stopped) {
      return;
    }
    anyNode.call(
        TopicsGrpc.getListTopicsMethod(),
        ListTopicsRequest.getDefaultInstance(),
        timeout,
        new Network.Reply<ListTopicsResponse>() {
          @Override
          public void answered(ListTopicsResponse response) {
            if (!stopped) {
              backoff.reset();
              next = loop.schedule(wanted.lookAgain(), TopicWatch.this::look);
              listener.found(choose(response));
            }
          }

          @Override
          public void failed(ArpeggioException failure) {
            if (stopped) {
              return;
            }
            if (failure.isRetryable()) {
              next = loop.schedule(backoff.next(), TopicWatch.this::look);
              listener.roundFailed(failure);
            } else {
              listener.refused(failure);
            }
          }
        });
  }

  private Map<String, Integer> choose(ListTopicsResponse response) {
    Set<String> deadLetters =
        response.getTopicsList().stream()
            .map(topic -> topic.getConfig().getDeadLetters())
            .collect(Collectors.toUnmodifiableSet());
    Map<String, Integer> partitions = new LinkedHashMap<>();
    for (TopicSummary topic : response.getTopicsList()) {
      if (wanted.include(topic.getTopic(), deadLetters.contains(topic.getTopic()))) {
        partitions.put(topic.getTopic(), Math.max(1, topic.getConfig().getPartitions()));
      }
    }
    return partitions;
  }
}

package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.LocateTopicResponse;
import dev.arpeggio.protocol.v1.PartitionLocation;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says who serves a topic's partitions, from memory where it can. Confined to the event loop.
 *
 * <p>A caller that found its route wrong asks for a newer one; callers that ask at the same time
 * share one question to the cluster, so that the loss of a node with a hundred partitions costs one
 * call. Memory is bounded by the number of topics in use.
 */
final class Router {
  // What a topic takes at most, where its configuration does not say.
  private static final int MAX_MESSAGE_BYTES = 262_144;

  private final AnyNode anyNode;
  private final Duration timeout;
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final Map<String, List<Network.Reply<Route>>> waiting = new LinkedHashMap<>();
  private long version;

  Router(AnyNode anyNode, Duration timeout) {
    this.anyNode = anyNode;
    this.timeout = timeout;
  }

  /**
   * A route newer than that version; 0: any. May answer before it returns. A retryable failure
   * means that no node could say now, any other that the topic cannot be used.
   */
  void find(String topic, long newerThan, Network.Reply<Route> reply) {
    Route known = routes.get(topic);
    if (known != null && known.version() > newerThan) {
      reply.answered(known);
      return;
    }
    List<Network.Reply<Route>> waiters = waiting.get(topic);
    if (waiters != null) {
      waiters.add(reply);
      return;
    }
    waiters = new ArrayList<>();
    waiters.add(reply);
    waiting.put(topic, waiters);
    locate(topic);
  }

  /** A node named the owner of a partition in passing. */
  void correct(String topic, int partition, String owner) {
    anyNode.learn(owner);
    routes.computeIfPresent(
        topic,
        (name, route) ->
            partition < route.partitions() ? route.withOwner(partition, owner) : route);
  }

  private void locate(String topic) {
    LocateTopicRequest request = LocateTopicRequest.newBuilder().setTopic(topic).build();
    anyNode.call(
        TopicsGrpc.getLocateTopicMethod(),
        request,
        timeout,
        new Network.Reply<LocateTopicResponse>() {
          @Override
          public void answered(LocateTopicResponse response) {
            Optional<Route> route = read(response);
            if (route.isEmpty()) {
              failed(Failures.broken("partitions of " + topic + " are not numbered from 0"));
              return;
            }
            routes.put(topic, route.get());
            finish(topic).forEach(waiter -> waiter.answered(route.get()));
          }

          @Override
          public void failed(ArpeggioException failure) {
            if (!failure.isRetryable()) {
              routes.remove(topic);
            }
            finish(topic).forEach(waiter -> waiter.failed(failure));
          }
        });
  }

  private List<Network.Reply<Route>> finish(String topic) {
    List<Network.Reply<Route>> waiters = waiting.remove(topic);
    if (waiters == null) {
      throw new IllegalStateException("answered twice: " + topic);
    }
    return waiters;
  }

  private Optional<Route> read(LocateTopicResponse response) {
    List<Optional<String>> owners = new ArrayList<>();
    for (PartitionLocation location : response.getPartitionsList()) {
      if (location.getPartition() != owners.size()) {
        return Optional.empty();
      }
      Optional<String> owner = Optional.of(location.getOwner()).filter(Addresses::isWellFormed);
      owner.ifPresent(anyNode::learn);
      owners.add(owner);
    }
    if (owners.isEmpty()) {
      return Optional.empty();
    }
    version++;
    int limit = response.getConfig().getMaxMessageBytes();
    return Optional.of(new Route(version, limit > 0 ? limit : MAX_MESSAGE_BYTES, owners));
  }
}

package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The consumers of a subscription, in the order in which they attached. */
final class Consumers {
  /** Most consumers of one subscription. */
  static final int MAX_CONSUMERS = 1_000;

  private final Dispatch dispatch;
  private final List<AttachedConsumer> attached = new ArrayList<>();
  private final Map<ConsumerId, AttachedConsumer> byId = new LinkedHashMap<>();

  Consumers(Dispatch dispatch) {
    this.dispatch = dispatch;
  }

  int size() {
    return attached.size();
  }

  boolean isEmpty() {
    return attached.isEmpty();
  }

  List<AttachedConsumer> all() {
    return List.copyOf(attached);
  }

  @Nullable AttachedConsumer find(ConsumerId id) {
    return byId.get(id);
  }

  /**
   * @throws QueueException LIMIT_EXCEEDED
   */
  void add(AttachedConsumer consumer) throws QueueException {
    if (attached.size() >= MAX_CONSUMERS) {
      throw QueueException.limitExceeded(
          "consumers of a subscription", MAX_CONSUMERS, Duration.ofSeconds(1));
    }
    attached.add(consumer);
    byId.put(consumer.id(), consumer);
    dispatch.consumersChanged(attached);
  }

  /** Puts a consumer in the place of one with the same id. */
  void replace(AttachedConsumer former, AttachedConsumer consumer) {
    attached.set(attached.indexOf(former), consumer);
    byId.put(consumer.id(), consumer);
    dispatch.consumersChanged(attached);
  }

  void remove(AttachedConsumer consumer) {
    if (attached.remove(consumer)) {
      byId.remove(consumer.id());
      dispatch.consumersChanged(attached);
    }
  }

  /** Delivers until nobody can take more, or nothing is there to be taken. */
  void serve(Dispatch.Source source) {
    dispatch.serve(attached, source);
  }
}

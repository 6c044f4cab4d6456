package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a subscription, and who of them gets what comes next: they take turns, as far as
 * their credit goes.
 */
final class Consumers {
  /** Most consumers of one subscription. */
  static final int MAX_CONSUMERS = 1_000;

  private final ArrayDeque<AttachedConsumer> turns = new ArrayDeque<>();
  private final Map<ConsumerId, AttachedConsumer> byId = new LinkedHashMap<>();

  /** Where messages come from. */
  interface Source {
    /**
     * What comes next; null if there is nothing.
     *
     * @param most how many messages, at least 1
     */
    Backlog.@Nullable Chunk next(int most);

    /** May call back and change everything. */
    void deliver(AttachedConsumer consumer, Backlog.Chunk chunk);
  }

  int size() {
    return turns.size();
  }

  boolean isEmpty() {
    return turns.isEmpty();
  }

  List<AttachedConsumer> all() {
    return List.copyOf(turns);
  }

  @Nullable AttachedConsumer find(ConsumerId id) {
    return byId.get(id);
  }

  /**
   * @throws QueueException LIMIT_EXCEEDED
   */
  void add(AttachedConsumer consumer) throws QueueException {
    if (turns.size() >= MAX_CONSUMERS) {
      throw QueueException.limitExceeded(
          "consumers of a subscription", MAX_CONSUMERS, Duration.ofSeconds(1));
    }
    turns.addLast(consumer);
    byId.put(consumer.id(), consumer);
  }

  void remove(AttachedConsumer consumer) {
    turns.remove(consumer);
    byId.remove(consumer.id(), consumer);
  }

  /** Delivers until nobody can take more, or nothing is there to be taken. */
  void serve(Source source) {
    int refused = 0;
    while (refused < turns.size()) {
      AttachedConsumer consumer = turns.removeFirst();
      turns.addLast(consumer);
      if (!consumer.canTake()) {
        refused++;
        continue;
      }
      Backlog.Chunk chunk = source.next(consumer.credit());
      if (chunk == null) {
        // It keeps its turn.
        turns.removeLast();
        turns.addFirst(consumer);
        return;
      }
      refused = 0;
      source.deliver(consumer, chunk);
    }
  }
}

package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Looks now and then at the configurations of the topics that are served here, one after the other,
 * in case that nobody said that one has changed: whoever changed it may have died before. Idle
 * while nothing is served.
 *
 * <p>Single-threaded on its event loop.
 */
final class ConfigCheck {

  /** From the end of one round to the next. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private final EventLoop loop;
  private final PartitionHost.TopicSource topics;
  private final Supplier<Collection<TopicName>> served;
  private final BiConsumer<TopicName, TopicConfig> found;
  private final Deque<TopicName> round = new ArrayDeque<>();
  private boolean running;

  /**
   * @param served the topics of the partitions that are served; may name one twice
   * @param found gets what is stored
   */
  ConfigCheck(
      EventLoop loop,
      PartitionHost.TopicSource topics,
      Supplier<Collection<TopicName>> served,
      BiConsumer<TopicName, TopicConfig> found) {
    this.loop = loop;
    this.topics = topics;
    this.served = served;
    this.found = found;
  }

  /** To be called when something is served; again is no error. */
  void start() {
    if (!running) {
      running = true;
      loop.schedule(INTERVAL, this::begin);
    }
  }

  private void begin() {
    round.addAll(new LinkedHashSet<>(served.get()));
    if (round.isEmpty()) {
      running = false;
    } else {
      next();
    }
  }

  private void next() {
    TopicName topic = round.poll();
    if (topic == null) {
      loop.schedule(INTERVAL, this::begin);
      return;
    }
    topics.get(
        topic,
        Completion.of(
            config -> {
              found.accept(topic, config);
              next();
            },
            // That it is gone, its partitions learn by their fences; the rest passes.
            error -> next()));
  }
}

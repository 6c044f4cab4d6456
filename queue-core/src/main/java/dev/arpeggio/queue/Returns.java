package dev.arpeggio.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of messages that were delivered and not acknowledged: they wait as long as the topic
 * or their consumer says, and are then delivered again, or they are dead letters.
 *
 * <p>A message that was delivered too often and finds no room among those on their way is held
 * back, and goes when it would be delivered again: it is not delivered any more.
 */
final class Returns {
  private static final String EXPIRED = "expired";
  private static final Duration WHEN_FULL = Duration.ofSeconds(1);
  private static final Duration WHEN_REFUSED = Duration.ofMinutes(1);

  private final EventLoop loop;
  private final TopicConfig.Redelivery config;
  private final Backlog backlog;
  private final Mover mover;
  private final Optional<Destination> deadLetters;
  private long redelivered;

  Returns(
      EventLoop loop,
      TopicName topic,
      TopicConfig.Redelivery config,
      Backlog backlog,
      Mover mover) {
    this.loop = loop;
    this.config = config;
    this.backlog = backlog;
    this.mover = mover;
    this.deadLetters = deadLetters(topic, config).map(Destination::anywhereIn);
  }

  // A topic with so long a name that there is none for its dead letters has none unless it says so.
  private static Optional<TopicName> deadLetters(TopicName topic, TopicConfig.Redelivery config) {
    TopicName named = config.deadLetters();
    if (named != null) {
      return Optional.of(named);
    }
    String name = topic.value() + TopicConfig.Redelivery.DEAD_LETTERS_SUFFIX;
    return Names.isValid(name) ? Optional.of(new TopicName(name)) : Optional.empty();
  }

  /** Whether the number of deliveries decides over a message. */
  boolean counts() {
    return config.maxDeliveries() > 0 && deadLetters.isPresent();
  }

  /** Messages that came back since the takeover. */
  long redelivered() {
    return redelivered;
  }

  /** Their delivery failed; they wait as the topic says. */
  void failed(List<Redeliveries.Redelivery> returned) {
    for (var range : returned) {
      comeBack(range, backoff(range.count()));
    }
  }

  /** Their delivery failed; they wait for so long. */
  void failed(List<Redeliveries.Redelivery> returned, Duration delay) {
    for (var range : returned) {
      comeBack(range, delay);
    }
  }

  /** Nobody has looked at them: the delivery does not count. */
  void released(List<Redeliveries.Redelivery> returned) {
    for (var range : returned) {
      redelivered += range.size();
      backlog.comeBack(
          List.of(new Redeliveries.Redelivery(range.first(), range.end(), range.count() - 1)),
          loop.nanoTime());
    }
  }

  /**
   * Whether so many ranges can become dead letters now.
   *
   * @throws QueueException LIMIT_EXCEEDED, INVALID_ARGUMENT
   */
  void checkRoomForDead(int ranges) throws QueueException {
    if (deadLetters.isEmpty()) {
      throw QueueException.invalidArgument(
          "topic", "has no topic for dead letters, as its name is too long for that");
    }
    if (!mover.hasRoom(ranges, deadLetters.get(), false)) {
      throw QueueException.limitExceeded(
          "messages on their way to other topics", Mover.MAX_RANGES, WHEN_FULL);
    }
  }

  /** They are dead letters, however often they were delivered. */
  void rejected(List<Redeliveries.Redelivery> returned, String reason) {
    for (var range : returned) {
      bury(range, reason);
    }
  }

  private void comeBack(Redeliveries.Redelivery range, Duration delay) {
    if (isDead(range.count())) {
      bury(range, deadReason());
    } else {
      redelivered += range.size();
      backlog.comeBack(List.of(range), loop.nanoTime() + delay.toNanos());
    }
  }

  private void bury(Redeliveries.Redelivery range, String reason) {
    boolean sent = deadLetters.isPresent() && mover.send(range, deadLetters.get(), false, reason);
    if (!sent) {
      backlog.comeBack(List.of(range), loop.nanoTime() + WHEN_FULL.toNanos());
    }
  }

  private String deadReason() {
    return "delivered " + config.maxDeliveries() + " times";
  }

  private boolean isDead(int count) {
    return counts() && count >= config.maxDeliveries();
  }

  /**
   * Takes care of what must not be delivered although it comes next.
   *
   * @return whether this was such a chunk
   */
  boolean takeDead(Chunk chunk) {
    if (!isDead(chunk.redeliveries())) {
      return false;
    }
    backlog.take(chunk);
    bury(
        new Redeliveries.Redelivery(chunk.first(), chunk.end(), chunk.redeliveries()),
        deadReason());
    return true;
  }

  /**
   * They have expired, and go where the topic wants them.
   *
   * @return false if there is no room for them now: they wait, and are not delivered
   */
  boolean expired(OffsetRange range, TopicName target) {
    var messages = new Redeliveries.Redelivery(range.first(), range.end(), 0);
    boolean sent = mover.send(messages, Destination.anywhereIn(target), false, EXPIRED);
    if (!sent) {
      backlog.comeBack(List.of(messages), loop.nanoTime() + WHEN_FULL.toNanos());
    }
    return sent;
  }

  /** What was moved could not be stored where it was to go. */
  void refused(Move move, boolean redriven) {
    long wait = redriven ? 0 : WHEN_REFUSED.toNanos();
    backlog.restore(move.range(), loop.nanoTime() + wait);
  }

  // The wait doubles with each delivery that failed.
  private Duration backoff(int failures) {
    Duration first = config.firstBackoff();
    Duration last = config.lastBackoff();
    Duration wait = first;
    for (int i = 1; i < failures && wait.compareTo(last) < 0 && !wait.isZero(); i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(last) < 0 ? wait : last;
  }
}

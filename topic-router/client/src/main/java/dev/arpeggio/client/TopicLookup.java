package dev.arpeggio.client;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a topic's route until there is one or the topic turns out not to be usable. Confined to
 * the event loop.
 */
final class TopicLookup {
  /** What becomes of it; called on the loop. */
  interface Listener {
    void found(Route route);

    /** A round over all nodes failed; another follows unless the listener calls {@link #stop}. */
    void roundFailed(ArpeggioException failure);

    /** A permanent failure; the lookup is idle and may be started again. */
    void refused(ArpeggioException failure);
  }

  private final EventLoop loop;
  private final Router router;
  private final String topic;
  private final Listener listener;
  private final Backoff backoff;
  private boolean running;
  private long newerThan;
  private long lastFound;
  private EventLoop.@Nullable Timer retry;

  TopicLookup(
      EventLoop loop, Router router, RandomGenerator random, String topic, Listener listener) {
    this.loop = loop;
    this.router = router;
    this.topic = topic;
    this.listener = listener;
    this.backoff = new Backoff(random);
  }

  /** No effect while it runs. */
  void start() {
    startNewerThan(0);
  }

  /** For a route that is newer than the last one that was found. No effect while it runs. */
  void lookAgain() {
    startNewerThan(lastFound);
  }

  private void startNewerThan(long version) {
    if (!running) {
      running = true;
      newerThan = version;
      round();
    }
  }

  /** The listener is not called any more, until the lookup is started again. */
  void stop() {
    running = false;
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }

  private void round() {
    router.find(
        topic,
        newerThan,
        new Network.Reply<>() {
          @Override
          public void answered(Route route) {
            if (running) {
              running = false;
              lastFound = route.version();
              backoff.reset();
              listener.found(route);
            }
          }

          @Override
          public void failed(ArpeggioException failure) {
            if (running) {
              proceedAfter(failure);
            }
          }
        });
  }

  private void proceedAfter(ArpeggioException failure) {
    if (!failure.isRetryable()) {
      running = false;
      listener.refused(failure);
      return;
    }
    listener.roundFailed(failure);
    if (running) {
      Duration wait = backoff.next();
      retry = loop.schedule(wait, this::round);
    }
  }
}

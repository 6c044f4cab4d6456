package dev.arpeggio.client;

import com.google.common.primitives.Longs;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A stream to whoever owns one partition, kept up over reconnections and changes of owner. Confined
 * to the event loop.
 *
 * <p>After a retryable failure the link follows the owner that a refusal names, at most {@value
 * #MAX_HOPS} times in a row, else waits a little, asks for a newer route and goes there; it tries
 * as long as its user wants it. A permanent failure is handed to the user and leaves the link idle.
 * At most one stream is current, and nothing that an earlier one still says is heard.
 *
 * <p>While the node of the current stream is silent, the link asks who the owner is, and leaves the
 * stream when another node is named.
 */
final class PartitionLink<Q, R> {
  static final int MAX_HOPS = 3;

  // A stream that stood this long, though idle, is not part of a row of failures.
  private static final Duration SETTLED = Duration.ofSeconds(1);

  // What a node may ask for; more would look like a hang.
  private static final long LONGEST_RETRY_AFTER_MILLIS = 10_000;

  /** What the user of a link does; called on the loop. */
  interface User<Q, R> {
    /** The first request of a new stream. */
    Q attachRequest();

    /** Whether this is the answer to the first request, and so the first response of a stream. */
    boolean isAttached(R response);

    /** A new stream stands: nothing sent on an earlier one is known to have arrived. */
    void attached(R response);

    /** A later response. */
    void received(R response);

    /** The stream, or an attempt at one, failed; the link tries again if its user wants it. */
    void interrupted(ArpeggioException failure);

    /** There is no point in trying again. */
    void refused(ArpeggioException failure);

    /** Whether to connect again after a failure. */
    boolean wantsStream();
  }

  /** What links of one client share. */
  record Environment(
      EventLoop loop,
      Network network,
      Router router,
      SilenceWatch silence,
      RandomGenerator random,
      Duration attachTimeout) {}

  private final Environment environment;
  private final String topic;
  private final int partition;
  private final MethodDescriptor<Q, R> method;
  private final User<Q, R> user;
  private final Backoff backoff;

  private boolean closed;
  // Looking for the owner or waiting to; excludes `attempt`.
  private boolean searching;
  private EventLoop.@Nullable Timer retry;
  private @Nullable Attempt attempt;
  private long routeVersion;
  private int hops;

  PartitionLink(
      Environment environment,
      String topic,
      int partition,
      MethodDescriptor<Q, R> method,
      User<Q, R> user) {
    this.environment = environment;
    this.topic = topic;
    this.partition = partition;
    this.method = method;
    this.user = user;
    this.backoff = new Backoff(environment.random());
  }

  /** Connects, unless that is under way. */
  void open() {
    if (!closed && !searching && attempt == null) {
      search(0);
    }
  }

  boolean isAttached() {
    return attempt != null && attempt.attached;
  }

  /** Sends on the current stream, which must be attached. */
  void send(Q request) {
    if (attempt == null || !attempt.attached) {
      throw new IllegalStateException("not attached: " + topic + "/" + partition);
    }
    attempt.requests.send(request);
    attempt.watch.sent();
  }

  /** The stream does its work: the next failure is a new one. */
  void progressed() {
    backoff.reset();
    hops = 0;
  }

  /** The node broke the protocol. */
  void abandon(ArpeggioException failure) {
    if (attempt != null) {
      attempt.requests.cancel();
      attempt.fail(failure);
    }
  }

  /**
   * Begins anew, with another first request, if the user wants a stream; does not tell the user.
   */
  void renew() {
    if (attempt != null) {
      attempt.drop();
      attempt = null;
    }
    if (user.wantsStream()) {
      open();
    }
  }

  /** Ends the stream in an orderly way. Nothing is called any more. */
  void close() {
    closed = true;
    if (retry != null) {
      retry.cancel();
    }
    if (attempt != null) {
      attempt.close();
      attempt = null;
    }
  }

  private void search(long newerThan) {
    searching = true;
    environment
        .router()
        .find(
            topic,
            newerThan,
            new Network.Reply<>() {
              @Override
              public void answered(Route route) {
                if (!closed) {
                  searching = false;
                  follow(route);
                }
              }

              @Override
              public void failed(ArpeggioException failure) {
                if (!closed) {
                  searching = false;
                  recover(failure);
                }
              }
            });
  }

  private void follow(Route route) {
    routeVersion = route.version();
    if (partition >= route.partitions()) {
      recover(
          new ArpeggioException(
              Reason.PARTITION_NOT_FOUND,
              "Topic " + topic + " has no partition " + partition,
              Map.of("topic", topic, "partition", String.valueOf(partition)),
              null));
      return;
    }
    Optional<String> owner = route.owners().get(partition);
    if (owner.isPresent()) {
      attempt = new Attempt(owner.get());
    } else {
      recover(
          new ArpeggioException(
              Reason.RING_UNAVAILABLE,
              "The ring does not know the owner of " + topic + "/" + partition));
    }
  }

  private void recover(ArpeggioException failure) {
    recover(failure, failure.isRetryable());
  }

  private void recover(ArpeggioException failure, boolean retryable) {
    if (!retryable) {
      user.refused(failure);
      return;
    }
    user.interrupted(failure);
    if (closed || attempt != null || searching || !user.wantsStream()) {
      return;
    }
    String owner = failure.details().get("owner");
    if (failure.reason() == Reason.NOT_OWNER
        && owner != null
        && Addresses.isWellFormed(owner)
        && hops < MAX_HOPS) {
      hops++;
      environment.router().correct(topic, partition, owner);
      attempt = new Attempt(owner);
      return;
    }
    hops = 0;
    searching = true;
    Duration wait = retryDelay(failure);
    retry = environment.loop().schedule(wait, () -> retry(routeVersion));
  }

  private void retry(long newerThan) {
    if (closed) {
      return;
    }
    retry = null;
    if (user.wantsStream()) {
      search(newerThan);
    } else {
      searching = false;
    }
  }

  private Duration retryDelay(ArpeggioException failure) {
    Duration wait = backoff.next();
    if (failure.reason() != Reason.LIMIT_EXCEEDED) {
      return wait;
    }
    Duration asked = retryAfter(failure);
    return asked.compareTo(wait) > 0 ? asked : wait;
  }

  private static Duration retryAfter(ArpeggioException failure) {
    Long millis = Longs.tryParse(failure.details().getOrDefault("retry_after_ms", "0"));
    return millis == null || millis < 0
        ? Duration.ZERO
        : Duration.ofMillis(Math.min(millis, LONGEST_RETRY_AFTER_MILLIS));
  }

  /** One stream. */
  private final class Attempt implements Network.StreamListener<R> {
    private final Network.RequestStream<Q> requests;
    private final String address;
    private final SilenceWatch.Watch watch;
    private final EventLoop.Timer attachTimer;
    private boolean attached;
    private long attachedAtNanos;
    private boolean asking;

    Attempt(String address) {
      this.address = address;
      watch = environment.silence().watch(address, this::silent);
      requests = environment.network().open(address, method, this);
      requests.send(user.attachRequest());
      attachTimer =
          environment
              .loop()
              .schedule(
                  environment.attachTimeout(),
                  () -> {
                    if (attempt == this && !attached) {
                      requests.cancel();
                      fail(
                          new ArpeggioException(
                              Reason.TIMED_OUT,
                              address + " did not attach within " + environment.attachTimeout()));
                    }
                  });
    }

    @Override
    public void received(R response) {
      if (attempt != this) {
        return;
      }
      watch.heard();
      if (attached) {
        user.received(response);
      } else if (user.isAttached(response)) {
        attached = true;
        attachedAtNanos = environment.loop().nowNanos();
        attachTimer.cancel();
        user.attached(response);
      } else {
        abandon(Failures.broken("the first response is not about attaching"));
      }
    }

    @Override
    public void ended(ArpeggioException failure) {
      if (attempt == this) {
        fail(failure);
      }
    }

    private void silent() {
      if (attempt != this || asking) {
        return;
      }
      asking = true;
      environment
          .router()
          .find(
              topic,
              routeVersion,
              new Network.Reply<>() {
                @Override
                public void answered(Route route) {
                  asking = false;
                  reconsider(route);
                }

                @Override
                public void failed(ArpeggioException failure) {
                  // Nobody can say now; the watch calls again.
                  asking = false;
                }
              });
    }

    private void reconsider(Route route) {
      if (attempt != this || partition >= route.partitions()) {
        return;
      }
      routeVersion = route.version();
      Optional<String> owner = route.owners().get(partition);
      if (owner.isPresent() && !owner.get().equals(address)) {
        requests.cancel();
        fail(
            new ArpeggioException(
                Reason.NOT_OWNER,
                address + " fell silent, and the ring names " + owner.get(),
                Map.of("owner", owner.get()),
                null));
      }
    }

    void drop() {
      leave();
      requests.cancel();
    }

    private void leave() {
      watch.close();
      attachTimer.cancel();
    }

    void fail(ArpeggioException failure) {
      leave();
      attempt = null;
      // A stream whose token expired is opened again, with the one that is good by then.
      boolean retryable =
          failure.isRetryable() || (attached && failure.reason() == Reason.UNAUTHENTICATED);
      if (attached && environment.loop().nowNanos() - attachedAtNanos >= SETTLED.toNanos()) {
        progressed();
      }
      recover(failure, retryable);
    }

    void close() {
      leave();
      if (attached) {
        requests.finish();
      } else {
        requests.cancel();
      }
    }
  }
}

package dev.arpeggio.queue;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an administrator asks of a partition that is served here. */
final class Administrator {
  // Each may hold a megabyte.
  private static final int MAX_UNDER_WAY = 64;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final Home home;
  private final Subscriptions subscriptions;
  private final Reading reading;
  private final LinkedHashSet<UnderWay<?>> underWay = new LinkedHashSet<>();

  Administrator(Home home, Subscriptions subscriptions, SegmentReader reader) {
    this.home = home;
    this.subscriptions = subscriptions;
    this.reading = new Reading(home.log(), reader);
  }

  /** Something that reads, and ends with the partition at the latest. */
  private final class UnderWay<T> implements Completion<T> {
    private final Completion<T> done;

    UnderWay(Completion<T> done) {
      this.done = done;
    }

    @Override
    public void succeeded(T value) {
      if (underWay.remove(this)) {
        done.succeeded(value);
      }
    }

    @Override
    public void failed(QueueException error) {
      if (underWay.remove(this)) {
        done.failed(error);
      }
    }
  }

  private <T> UnderWay<T> begin(Completion<T> done) throws QueueException {
    if (underWay.size() >= MAX_UNDER_WAY) {
      throw QueueException.limitExceeded(
          "administrative calls under way", MAX_UNDER_WAY, RETRY_AFTER);
    }
    var begun = new UnderWay<>(done);
    underWay.add(begun);
    return begun;
  }

  void end(QueueException why) {
    List.copyOf(underWay).forEach(one -> one.failed(why));
  }

  void create(SubscriptionSpec spec, Position from, Completion<Boolean> done) {
    guarded(
        done,
        () -> {
          if (!Names.isValid(spec.name())) {
            throw QueueException.invalidName("subscription", spec.name());
          }
          var begun = begin(done);
          find(from, begun, offset -> guarded(begun, () -> createAt(spec, offset, begun)));
        });
  }

  private void createAt(SubscriptionSpec spec, long offset, Completion<Boolean> done)
      throws QueueException {
    Subscription known = subscriptions.find(spec);
    Subscription subscription = known != null ? known : subscriptions.create(spec, offset, home);
    subscription
        .durability()
        .whenDurable(Completion.of(stored -> done.succeeded(known == null), done::failed));
  }

  void delete(String name, Completion<Done> done) {
    guarded(done, () -> subscriptions.known(name).delete(done));
  }

  /** Deletes the subscriptions that nobody has used for too long. */
  void deleteIdle() {
    Qos qos = home.config().qos();
    Duration expiry =
        qos.isVolatile() ? qos.lease() : home.context().options().subscriptionExpiry();
    if (expiry.isZero()) {
      return;
    }
    for (Subscription subscription : subscriptions.all()) {
      if (!subscription.isDeleted() && subscription.idle().compareTo(expiry) >= 0) {
        // Nobody waits for it: should it fail, it is done again.
        subscription.delete(Completion.of(deleted -> {}, error -> {}));
      }
    }
  }

  void seek(String name, Position to, Completion<Done> done) {
    guarded(
        done,
        () -> {
          subscriptions.known(name);
          var begun = begin(done);
          find(
              to,
              begun,
              offset -> guarded(begun, () -> subscriptions.known(name).seek(offset, begun)));
        });
  }

  void purge(Completion<Done> done) {
    var all =
        subscriptions.all().stream()
            .filter(subscription -> !subscription.isDeleted())
            .collect(Collectors.toList());
    purgeNext(all, done);
  }

  // All are purged at once; their answers are awaited one by one.
  private void purgeNext(List<Subscription> left, Completion<Done> done) {
    if (left.isEmpty()) {
      done.succeeded(Done.DONE);
      return;
    }
    Subscription last = left.remove(left.size() - 1);
    last.purge(
        home.log().nextOffset(), Completion.of(purged -> purgeNext(left, done), done::failed));
  }

  void purge(String name, Completion<Done> done) {
    guarded(done, () -> subscriptions.known(name).purge(home.log().nextOffset(), done));
  }

  void redrive(
      String name,
      Optional<OffsetRange> offsets,
      Optional<TopicName> target,
      Completion<Redriven> done) {
    guarded(
        done,
        () -> {
          long end = home.log().nextOffset();
          Subscription subscription = subscriptions.known(name);
          long first = offsets.map(OffsetRange::first).orElse(0L);
          long last = Math.min(end, offsets.map(OffsetRange::end).orElse(end));
          if (first >= last) {
            done.succeeded(new Redriven(0, 0, 0));
          } else {
            subscription.redrive(new OffsetRange(first, last - first), target, done);
          }
        });
  }

  void peek(
      @Nullable String subscription, Position from, int most, Completion<PeekedMessages> done) {
    guarded(
        done,
        () -> {
          if (most < 1 || most > Peek.MAX_MESSAGES) {
            throw QueueException.invalidArgument(
                "count", "must be 1 to " + Peek.MAX_MESSAGES + ", not " + most);
          }
          Peek.Viewer viewer =
              subscription == null ? new WholeLog() : subscriptions.known(subscription).viewer();
          var begun = begin(done);
          find(from, begun, offset -> new Peek(reading, viewer, offset, most, begun).step());
        });
  }

  /** Sees everything. */
  private static final class WholeLog implements Peek.Viewer {
    @Override
    public long firstVisible(long offset, long end) {
      return offset;
    }

    @Override
    public PeekedMessages.State stateOf(long offset) {
      return PeekedMessages.State.RETAINED;
    }

    @Override
    public int failures(long offset) {
      return 0;
    }
  }

  private void find(Position position, Completion<?> failure, LongConsumer found) {
    Log log = home.log();
    if (position instanceof Position.Earliest) {
      found.accept(log.firstOffset());
    } else if (position instanceof Position.Latest) {
      found.accept(log.nextOffset());
    } else if (position instanceof Position.Offset at) {
      if (at.offset() < 0 || at.offset() > log.nextOffset()) {
        failure.failed(
            QueueException.invalidArgument(
                "offset", at.offset() + " is beyond the log, which ends at " + log.nextOffset()));
      } else {
        found.accept(Math.max(log.firstOffset(), at.offset()));
      }
    } else if (position instanceof Position.Time time) {
      new TimeSearch(reading, time.time().toEpochMilli(), found).start();
    }
  }

  /** Something that may be refused. */
  private interface Attempt {
    void run() throws QueueException;
  }

  private static void guarded(Completion<?> done, Attempt attempt) {
    try {
      attempt.run();
    } catch (QueueException e) {
      done.failed(e);
    }
  }
}

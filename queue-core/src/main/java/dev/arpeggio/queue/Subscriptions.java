package dev.arpeggio.queue;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The subscriptions of a partition, and which of them have something to store. */
final class Subscriptions
    implements BodyMemory.Needs, Subscription.Owner, Agenda.Listener, LogIndex.Listener {
  /** Most subscriptions of one partition. */
  static final int MAX_SUBSCRIPTIONS = 1_000;

  private final PartitionPaths paths;
  private final boolean keepsUnread;
  private final Runnable work;
  private final SortedMap<String, Subscription> byName = new TreeMap<>();
  // In the order in which they changed, so that each gets its turn.
  private final LinkedHashSet<Subscription> dirty = new LinkedHashSet<>();

  /**
   * @param keepsUnread whether messages wait for a subscription if there is none
   * @param work runs when there is something to store, or somebody waits for that
   */
  Subscriptions(PartitionPaths paths, boolean keepsUnread, Runnable work) {
    this.paths = paths;
    this.keepsUnread = keepsUnread;
    this.work = work;
  }

  List<Subscription> all() {
    return List.copyOf(byName.values());
  }

  int size() {
    return byName.size();
  }

  void restore(SortedMap<String, byte[]> cursors, Home home) throws QueueException {
    for (var entry : cursors.entrySet()) {
      String name = entry.getKey();
      String path = paths.subscription(name);
      if (!Names.isValid(name)) {
        throw QueueException.storeCorrupt(path, "not the name of a subscription");
      }
      Cursor cursor = Cursor.decode(path, entry.getValue());
      byName.put(name, Subscription.restore(name, home, this, cursor, path));
    }
  }

  /**
   * @throws QueueException INVALID_ARGUMENT if there is none, SUBSCRIPTION_BUSY if it is about to
   *     be deleted
   */
  Subscription known(String name) throws QueueException {
    Subscription known = find(name);
    if (known == null) {
      throw QueueException.invalidArgument("subscription", "no subscription " + name);
    }
    return known;
  }

  /**
   * @return null if there is none
   * @throws QueueException SUBSCRIPTION_BUSY if it is about to be deleted
   */
  @Nullable Subscription find(String name) throws QueueException {
    Subscription known = byName.get(name);
    if (known != null && known.isDeleted()) {
      throw QueueException.subscriptionBusy(name, "it is being deleted");
    }
    return known;
  }

  /**
   * @return null if there is none
   * @throws QueueException SUBSCRIPTION_BUSY if it is of another kind, or about to be deleted
   */
  @Nullable Subscription find(SubscriptionSpec spec) throws QueueException {
    Subscription known = find(spec.name());
    if (known != null && spec.kind() != null && spec.kind() != known.kind()) {
      throw QueueException.otherKind(spec.name(), known.kind(), spec.kind());
    }
    return known;
  }

  /**
   * A subscription that did not exist.
   *
   * @param from a retained offset, or the log's end
   * @throws QueueException LIMIT_EXCEEDED
   */
  Subscription create(SubscriptionSpec spec, long from, Home home) throws QueueException {
    if (byName.size() >= MAX_SUBSCRIPTIONS) {
      throw QueueException.limitExceeded(
          "subscriptions of a partition", MAX_SUBSCRIPTIONS, Duration.ofSeconds(1));
    }
    SubscriptionKind kind = spec.kindOr(home.config().subscriptions().kind());
    var created = Subscription.create(spec.name(), kind, home, from, this);
    byName.put(spec.name(), created);
    created.catchUp();
    changed(created);
    return created;
  }

  /**
   * After an uncertain outcome: which subscriptions exist is known again, and what is stored of
   * them is not.
   */
  void refresh(SortedMap<String, byte[]> stored) {
    for (Subscription subscription : byName.values()) {
      subscription.durability().setStored(stored.containsKey(subscription.name()));
    }
  }

  @Override
  public void changed(Subscription subscription) {
    dirty.add(subscription);
    work.run();
  }

  @Override
  public void deleted(Subscription subscription) {
    byName.remove(subscription.name(), subscription);
    dirty.remove(subscription);
    // What only it had not acknowledged may go now.
    work.run();
  }

  @Override
  public void waiting() {
    work.run();
  }

  /** Will be part of the next commit, again: the one that it was part of is lost. */
  void restoreDirty(Subscription subscription) {
    dirty.add(subscription);
  }

  boolean hasDirty() {
    return !dirty.isEmpty();
  }

  Iterator<Subscription> dirty() {
    return dirty.iterator();
  }

  /**
   * Nobody wants a message below, as far as subscriptions are concerned; empty if everything waits
   * for one.
   */
  OptionalLong floor(long logEnd) {
    if (byName.isEmpty() && !keepsUnread) {
      return OptionalLong.of(logEnd);
    }
    return byName.values().stream()
        .filter(subscription -> !subscription.isDeleted())
        .mapToLong(Subscription::floor)
        .min();
  }

  /** Some subscription has acknowledged nothing from here on; 0 if there is no subscription. */
  long acknowledgedTo() {
    return byName.values().stream().mapToLong(Subscription::acknowledgedTo).min().orElse(0);
  }

  /**
   * How many messages of this range some subscription has not acknowledged; all of them if they
   * wait for one.
   */
  long unacknowledged(long first, long end) {
    if (byName.isEmpty()) {
      return keepsUnread ? end - first : 0;
    }
    if (byName.values().stream().allMatch(subscription -> subscription.floor() >= end)) {
      return 0;
    }
    var wanted = new RangeSet();
    addUnacknowledged(first, end, wanted);
    return wanted.size();
  }

  /** Adds the messages of this range that some subscription has not acknowledged. */
  void addUnacknowledged(long first, long end, RangeSet to) {
    if (byName.isEmpty() && keepsUnread) {
      to.add(first, end);
    }
    for (Subscription subscription : byName.values()) {
      subscription.addUnacknowledged(first, end, to);
    }
  }

  /** Takes messages out that are deleted, whether or not somebody wants them. */
  @Override
  public void forget(long first, long end) {
    byName.values().forEach(subscription -> subscription.forget(first, end));
  }

  @Override
  public long[] positions() {
    return byName.values().stream()
        .flatMap(s -> s.positions().stream())
        .mapToLong(Long::longValue)
        .sorted()
        .toArray();
  }

  @Override
  public void due(Segment segment, long first, long end) {
    byName.values().forEach(subscription -> subscription.due(segment, first, end));
  }

  @Override
  public void expired(Segment segment, long first, long end) {
    byName.values().forEach(subscription -> subscription.expire(segment, first, end));
  }

  @Override
  public void passed() {
    pump();
  }

  @Override
  public void loaded() {
    pump();
  }

  void pump() {
    // A copy: a sink may attach to a subscription that is new.
    for (Subscription subscription : List.copyOf(byName.values())) {
      subscription.pump();
    }
  }
}

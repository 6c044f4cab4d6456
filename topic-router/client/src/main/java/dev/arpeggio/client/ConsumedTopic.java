package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * One topic of a consumer, from the search for it until it is left. Confined to the event loop,
 * except for what the state's lock guards.
 */
final class ConsumedTopic {
  private static final int CONVINCING_ABSENCES = 2;

  // One answer may be from memory, and one from a question that was asked too early.
  private static final int CONVINCING_ROUTES = 3;

  /** What the consumer hears of its topics; called on the loop, without the lock. */
  interface Listener {
    /** Messages may have come. */
    void arrived();

    /** The topic cannot be consumed for good. */
    void refused(ConsumedTopic topic, ArpeggioException failure);
  }

  private final PartitionLink.Environment environment;
  private final ConsumerState state;
  private final String name;
  private final ConsumerOptions options;
  private final ByteString consumerId;
  private final Listener listener;
  private final TopicLookup lookup;
  private boolean waitsForFirst;
  private boolean ended;
  private int absences;
  // How many more routes to look at for partitions that a node knows of.
  private int looks;
  // With the lock. Empty until the topic has been located; then it may get longer.
  private List<ConsumedPartition> partitions = List.of();
  // With the lock. What the budget was told of this topic.
  private int counted;

  ConsumedTopic(
      PartitionLink.Environment environment,
      ConsumerState state,
      String name,
      ConsumerOptions options,
      ByteString consumerId,
      Listener listener) {
    this.environment = environment;
    this.state = state;
    this.name = name;
    this.options = options;
    this.consumerId = consumerId;
    this.listener = listener;
    this.lookup =
        new TopicLookup(
            environment.loop(), environment.router(), environment.random(), name, new Found());
  }

  String name() {
    return name;
  }

  // --- With the lock held ---

  /** Has the budget reckon with that many partitions. */
  void count(int number) {
    state.budget().addPartitions(number - counted);
    counted = number;
  }

  /** Empty until the topic has been located. */
  List<ConsumedPartition> partitions() {
    return partitions;
  }

  // --- On the loop ---

  void start() {
    lookup.start();
  }

  /**
   * A list of all topics has this one, or has not. Owners may learn late that a topic is deleted;
   * but a list may be of a node that lags behind. So after some without it, a node is asked for it.
   */
  void listed(boolean present) {
    absences = present ? 0 : absences + 1;
    if (absences < CONVINCING_ABSENCES || ended) {
      return;
    }
    absences = 0;
    environment
        .router()
        .find(
            name,
            Long.MAX_VALUE,
            new Network.Reply<>() {
              @Override
              public void answered(Route route) {
                // It is there.
              }

              @Override
              public void failed(ArpeggioException failure) {
                if (!failure.isRetryable() && !ended) {
                  listener.refused(ConsumedTopic.this, failure);
                }
              }
            });
  }

  /** Ends the streams; what was received can still be read. */
  void close() {
    ended = true;
    lookup.stop();
    current().forEach(ConsumedPartition::close);
  }

  /** Ends the streams, and forgets what was received. */
  void leave() {
    ended = true;
    lookup.stop();
    current().forEach(ConsumedPartition::leave);
    state.lock();
    try {
      count(0);
      partitions = List.of();
    } finally {
      state.unlock();
    }
  }

  private List<ConsumedPartition> current() {
    state.lock();
    try {
      return partitions;
    } finally {
      state.unlock();
    }
  }

  /** Partitions that the topic has, and this has not yet. */
  private List<ConsumedPartition> add(Route route) {
    state.lock();
    try {
      List<ConsumedPartition> all = new ArrayList<>(partitions);
      while (all.size() < route.partitions()) {
        all.add(
            new ConsumedPartition(
                environment, state, name, all.size(), options, consumerId, new Events()));
      }
      List<ConsumedPartition> added = List.copyOf(all.subList(partitions.size(), all.size()));
      count(all.size());
      partitions = List.copyOf(all);
      return added;
    } finally {
      state.unlock();
    }
  }

  private void open(Route route) {
    List<ConsumedPartition> created = add(route);
    // Two that begin at the same time must not exclude each other, each from other partitions.
    waitsForFirst = options.kind().filter(kind -> kind == SubscriptionKind.EXCLUSIVE).isPresent();
    if (waitsForFirst) {
      created.get(0).open();
    } else {
      created.forEach(ConsumedPartition::open);
    }
  }

  private void grow(Route route) {
    List<ConsumedPartition> added = add(route);
    looks--;
    if (added.isEmpty() && looks > 0) {
      lookup.lookAgain();
    }
    // What waits for the first partition is opened with the others.
    if (!waitsForFirst) {
      added.forEach(ConsumedPartition::open);
    }
  }

  private final class Events implements ConsumedPartition.Listener {
    @Override
    public void attached(int partitionsThere) {
      if (waitsForFirst && !ended) {
        waitsForFirst = false;
        current().forEach(ConsumedPartition::open);
      }
      if (partitionsThere > current().size() && !ended) {
        looks = CONVINCING_ROUTES;
        lookup.lookAgain();
      }
    }

    @Override
    public void arrived() {
      listener.arrived();
    }

    @Override
    public void refused(ArpeggioException failure) {
      if (!ended) {
        listener.refused(ConsumedTopic.this, failure);
      }
    }
  }

  private final class Found implements TopicLookup.Listener {
    @Override
    public void found(Route route) {
      if (current().isEmpty()) {
        open(route);
      } else {
        grow(route);
      }
    }

    @Override
    public void roundFailed(ArpeggioException failure) {
      state.lock();
      try {
        state.interrupted(failure);
      } finally {
        state.unlock();
      }
    }

    @Override
    public void refused(ArpeggioException failure) {
      listener.refused(ConsumedTopic.this, failure);
    }
  }
}

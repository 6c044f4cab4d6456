package dev.arpeggio.queue;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What an administrator does with a partition, at the node that owns it. Belongs to the partition's
 * loop, as the partition does.
 *
 * <p>Every call fails with NOT_OWNER where the partition is not served, with STORE_UNAVAILABLE or
 * OUTCOME_UNKNOWN where ZooKeeper cannot be reached, and with LIMIT_EXCEEDED where too many are
 * under way; those that name a subscription fail with INVALID_ARGUMENT if there is none, and with
 * SUBSCRIPTION_BUSY while it is being deleted. Each can be repeated.
 */
public final class Administration {
  private final Partition partition;

  Administration(Partition partition) {
    this.partition = partition;
  }

  /**
   * Creates a subscription.
   *
   * @param done succeeds when it is durable: true, or false if it existed and is as it was; fails
   *     with INVALID_NAME, INVALID_ARGUMENT (an offset beyond the log), SUBSCRIPTION_BUSY (it
   *     exists, and is of another kind)
   */
  public void createSubscription(SubscriptionSpec spec, Position from, Completion<Boolean> done) {
    ask(done, (administrator, on) -> administrator.create(spec, from, on));
  }

  /**
   * Deletes a subscription: its consumers are closed with SUBSCRIPTION_BUSY, what it has not
   * acknowledged is nobody's, and what is on its way to other topics may or may not arrive.
   *
   * @param done succeeds when that is durable
   */
  public void deleteSubscription(String subscription, Completion<Done> done) {
    ask(done, (administrator, on) -> administrator.delete(subscription, on));
  }

  /** What subscriptions there are, at this moment; empty where the partition is not served. */
  public List<PartitionStats.SubscriptionStats> listSubscriptions() {
    return partition.isServed() ? partition.stats().subscriptions() : List.of();
  }

  /**
   * Moves a subscription to another place of the retained log: everything before is acknowledged,
   * nothing from there on. Its consumers are closed with SUBSCRIPTION_MOVED and attach again; what
   * they acknowledge through their old handles is refused. Counts of failed deliveries begin anew.
   * What is on its way to another topic stays so.
   *
   * @param done succeeds when that is durable; fails with INVALID_ARGUMENT (an offset beyond the
   *     log)
   */
  public void seek(String subscription, Position to, Completion<Done> done) {
    ask(done, (administrator, on) -> administrator.seek(subscription, to, on));
  }

  /**
   * Acknowledges all messages of a subscription, whoever has them, but for those that are on their
   * way to another topic.
   *
   * @param done succeeds when that is durable
   */
  public void purge(String subscription, Completion<Done> done) {
    ask(done, (administrator, on) -> administrator.purge(subscription, on));
  }

  /** The same for all subscriptions of the partition, each on its own. */
  public void purge(Completion<Done> done) {
    ask(done, Administrator::purge);
  }

  /**
   * Looks at messages of a subscription that it has not acknowledged, without touching them.
   *
   * @param most 1 to 1,000; fewer come if they are more than a megabyte or lie far apart
   */
  public void peek(String subscription, Position from, int most, Completion<PeekedMessages> done) {
    ask(done, (administrator, on) -> administrator.peek(subscription, from, most, on));
  }

  /** Looks at messages of the log, whoever has acknowledged them. */
  public void peekLog(Position from, int most, Completion<PeekedMessages> done) {
    ask(done, (administrator, on) -> administrator.peek(null, from, most, on));
  }

  /**
   * Moves messages that are with no consumer out of a subscription, each once: to where they came
   * from as dead letters, or to a topic that is named. Headers that said where they came from go.
   * If the node is lost meanwhile, what was under way arrives; the rest stays, and the call can be
   * repeated.
   *
   * @param offsets which of those that are in the log now; empty: all of them
   * @param target empty: where each came from
   * @param done fails with SUBSCRIPTION_BUSY while another redrive is under way
   */
  public void redrive(
      String subscription,
      Optional<OffsetRange> offsets,
      Optional<TopicName> target,
      Completion<Redriven> done) {
    ask(done, (administrator, on) -> administrator.redrive(subscription, offsets, target, on));
  }

  private <T> void ask(Completion<T> done, BiConsumer<Administrator, Completion<T>> question) {
    Administrator administrator = partition.administrator(done);
    if (administrator != null) {
      question.accept(administrator, done);
    }
  }
}

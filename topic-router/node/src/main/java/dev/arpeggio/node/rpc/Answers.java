package dev.arpeggio.node.rpc;

import dev.arpeggio.protocol.v1.PartitionState;
import dev.arpeggio.protocol.v1.SubscriptionState;
import dev.arpeggio.queue.PartitionStats;

/** The types of the domain as fields of answers. */
final class Answers {

  private Answers() {}

  static PartitionState state(int partition, String owner, PartitionStats stats) {
    PartitionState.Builder state =
        PartitionState.newBuilder()
            .setPartition(partition)
            .setOwner(owner)
            .setEpoch(stats.epoch().value())
            .setFirstOffset(stats.firstOffset())
            .setNextOffset(stats.nextOffset())
            .setRetainedBytes(stats.retainedBytes())
            .setPublishers(stats.publishing().publishers())
            .setKeys(stats.publishing().keys())
            .setNotHeard(stats.publishing().notHeard())
            .setMissedDeadlines(stats.publishing().missedDeadlines());
    stats.subscriptions().forEach(subscription -> state.addSubscriptions(state(subscription)));
    return state.build();
  }

  private static SubscriptionState state(PartitionStats.SubscriptionStats subscription) {
    SubscriptionState.Builder state =
        SubscriptionState.newBuilder()
            .setSubscription(subscription.name())
            .setAcknowledgedFloor(subscription.floor())
            .setBacklog(subscription.backlog())
            .setLeased(subscription.leased())
            .setConsumers(subscription.consumers())
            .setWaiting(subscription.waiting())
            .setRedelivered(subscription.redelivered())
            .setMoving(subscription.moves().underWay())
            .setMoved(subscription.moves().moved())
            .setMovesStuck(subscription.moves().stuck());
    subscription.headAge().ifPresent(age -> state.setHeadAgeMs(age.toMillis()));
    return state.build();
  }
}

package dev.arpeggio.queue;

import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * Mistakes that an owner of a partition could make, planted one at a time between the partition and
 * its ZooKeeper, so that the simulation can show that it sees each. Production code has no part in
 * it.
 */
public enum OwnerBug {
  /** No mistake. */
  NONE("the partition as it is in production"),
  /** No write is fenced, and the partition is taken without looking at its version. */
  NO_EPOCH_CHECK("neither the takeover nor any write names a version"),
  /** Only the takeover is fenced. */
  EPOCH_CHECKED_AT_TAKEOVER_ONLY("commits do not check the epoch"),
  /** The epoch is not raised. */
  TAKEOVER_WITHOUT_EPOCH("takes the partition over without writing the owner's record"),
  /** Reads before it has the fence. */
  READ_BEFORE_FENCE("takes the list of segments from before the takeover"),
  /** Believes in luck. */
  CONFIRM_BEFORE_COMMIT("takes a commit for done when it is sent"),
  /** Takes the unknown for good. */
  UNKNOWN_IS_DONE("takes a commit for done whose connection was lost"),
  /** Does not hear that it was fenced. */
  FENCED_IS_DONE("takes a commit for done that failed its epoch check"),
  /** Acknowledges for others. */
  CURSOR_AHEAD_OF_CONSUMERS("stores messages as acknowledged before their consumers have spoken"),
  /** Confirms acknowledgements that are nowhere. */
  CURSOR_NOT_STORED("commits without the cursors"),
  /** Writes an old cursor. */
  CURSOR_GOES_BACK("stores the cursor as it was a commit ago"),
  /** Begins anew. */
  CURSOR_LOST_AT_TAKEOVER("takes over as if nothing had been acknowledged"),
  /** Leaves what a failed pipeline left. */
  GAP_KEPT("does not delete what lies behind a hole"),
  /** Deletes too early. */
  DELETE_BEFORE_ALL_HAVE_PASSED("deletes a segment although a subscription needs it"),
  /** Forgets producers. */
  DEDUP_LOST_AT_TAKEOVER("takes over without the table of producers"),
  /** Gives messages to two consumers. */
  LEASE_TOO_SHORT("ends leases after a tenth of their time"),
  /** Does not know keys. */
  KEYS_IGNORED("serves a key_shared subscription as a shared one"),
  /** Does not know priorities. */
  PRIORITIES_IGNORED("takes every message for one without priority"),
  /** Does not wait. */
  DELAYS_IGNORED("takes every message for one without delay"),
  /** Is impatient. */
  EXPIRES_EARLY("lets messages expire after a tenth of the topic's time"),
  /** Is impatient with what was read. */
  RETAINED_TOO_SHORT("retains messages for a tenth of the topic's time"),
  /** Is mean with keys. */
  TOO_FEW_OF_EACH_KEY("keeps one message of each key less than the topic wants"),
  /** Believes in luck once more. */
  MOVED_WHEN_SENT("takes a message for moved that was only sent"),
  /** Moves under another name each time. */
  MOVED_AS_ANOTHER("moves messages without producer and sequence"),
  /** Lets everybody work at once. */
  EVERYBODY_ACTIVE("serves a failover subscription as a shared one"),
  /** Waits for ever. */
  LOST_ANSWER("loses the answer of a commit whose connection was lost");

  private final String mistake;

  OwnerBug(String mistake) {
    this.mistake = mistake;
  }

  /** What it does wrong, in a few words. */
  public String mistake() {
    return mistake;
  }

  /** The port of an owner that makes this mistake. */
  public ZooKeeperPort plantIn(ZooKeeperPort port, PartitionId id, Executor loop) {
    return this == NONE ? port : new PlantedPort(this, port, new PartitionPaths(id), loop);
  }

  /** The topic's configuration as an owner takes it that makes this mistake. */
  public TopicConfig plantIn(TopicConfig right) {
    TopicConfig.Builder wrong = right.toBuilder();
    switch (this) {
      case LEASE_TOO_SHORT -> wrong.lease(right.redelivery().lease().dividedBy(10));
      case EXPIRES_EARLY -> wrong.expireAfter(right.expiry().after().dividedBy(10));
      case RETAINED_TOO_SHORT -> wrong.retain(right.retention().time().dividedBy(10));
      case TOO_FEW_OF_EACH_KEY ->
          wrong.keepLastPerKey(Math.max(0, right.retention().lastPerKey() - 1));
      default -> {}
    }
    return wrong.build();
  }

  /** What a message asks for, as an owner understands it that makes this mistake. */
  public Sample plantIn(Sample right) {
    return new Sample(
        right.id(),
        right.key(),
        this == PRIORITIES_IGNORED ? 0 : right.priority(),
        this == DELAYS_IGNORED ? 0 : right.delayMillis(),
        right.lifeMillis(),
        right.padding());
  }

  /** The way to other topics as an owner takes it that makes this mistake. */
  public Outlet plantIn(Outlet right) {
    return new Outlet() {
      @Override
      public void place(
          TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done) {
        right.place(topic, origin, create, done);
      }

      @Override
      public void append(PartitionId target, Batch batch, Completion<Appended> done) {
        if (OwnerBug.this == MOVED_WHEN_SENT) {
          done.succeeded(new Appended(OptionalLong.empty()));
        } else if (OwnerBug.this == MOVED_AS_ANOTHER) {
          right.append(target, new Batch(null, 0, batch.count(), batch.messages()), done);
        } else {
          right.append(target, batch, done);
        }
      }
    };
  }

  /** The kind of a subscription as an owner takes it that makes this mistake. */
  public SubscriptionKind plantIn(SubscriptionKind right) {
    boolean shared =
        (this == KEYS_IGNORED && right == SubscriptionKind.KEY_SHARED)
            || (this == EVERYBODY_ACTIVE && right == SubscriptionKind.FAILOVER);
    return shared ? SubscriptionKind.SHARED : right;
  }
}

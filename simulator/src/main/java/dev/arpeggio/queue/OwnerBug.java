package dev.arpeggio.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

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
    return this == NONE ? port : new Planted(this, port, new PartitionPaths(id), loop);
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

  private static final class Planted extends ForwardingPort {
    private final OwnerBug bug;
    private final ZooKeeperPort port;
    private final PartitionPaths paths;
    private final Executor loop;
    private final Map<String, byte[]> cursors = new LinkedHashMap<>();
    private final Map<String, Reply<List<String>>> listed = new LinkedHashMap<>();
    private final ArrayDeque<String> segments = new ArrayDeque<>();

    Planted(OwnerBug bug, ZooKeeperPort port, PartitionPaths paths, Executor loop) {
      super(port);
      this.bug = bug;
      this.port = port;
      this.paths = paths;
      this.loop = loop;
    }

    @Override
    public void sync(String path, Consumer<Reply<Done>> callback) {
      if (bug == READ_BEFORE_FENCE) {
        listed.clear();
        port.children(paths.log(), this::listed);
      }
      super.sync(path, callback);
    }

    private void listed(Reply<List<String>> buckets) {
      listed.put(paths.log(), buckets);
      if (buckets.isOk()) {
        for (String name : buckets.get()) {
          String bucket = paths.log() + "/" + name;
          port.children(bucket, reply -> listed.put(bucket, reply));
        }
      }
    }

    @Override
    public void children(String path, Consumer<Reply<List<String>>> callback) {
      Reply<List<String>> before = listed.get(path);
      super.children(
          path, reply -> callback.accept(before != null && before.isOk() ? before : reply));
    }

    @Override
    public void get(String path, Consumer<Reply<Node>> callback) {
      super.get(path, reply -> callback.accept(forget(path, reply)));
    }

    private Reply<Node> forget(String path, Reply<Node> reply) {
      if (bug == CURSOR_LOST_AT_TAKEOVER
          && path.startsWith(paths.subscriptions() + "/")
          && reply.isOk()) {
        byte[] nothing = plainCursor(path, reply.get().data(), 0);
        return Reply.ok(new Node(nothing, reply.get().stat()));
      }
      if (bug != DEDUP_LOST_AT_TAKEOVER || !path.equals(paths.producers()) || !reply.isOk()) {
        return reply;
      }
      try {
        ProducerTable.Snapshot right = ProducerTable.decode(path, reply.get().data());
        byte[] nothing = new ProducerTable().encode(right.logStart(), right.knownTo());
        return Reply.ok(new Node(nothing, reply.get().stat()));
      } catch (QueueException e) {
        return reply;
      }
    }

    @Override
    public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
      if (bug == TAKEOVER_WITHOUT_EPOCH) {
        super.exists(path, callback);
      } else {
        super.set(path, data, bug == NO_EPOCH_CHECK ? ANY_VERSION : expectedVersion, callback);
      }
    }

    @Override
    public void multi(List<Op> operations, Consumer<MultiReply> callback) {
      List<Op> changed = new ArrayList<>(operations);
      boolean commit = isCommit(operations);
      switch (bug) {
        case NO_EPOCH_CHECK -> changed.removeIf(Op.Check.class::isInstance);
        case EPOCH_CHECKED_AT_TAKEOVER_ONLY ->
            changed.removeIf(op -> commit && op instanceof Op.Check);
        case GAP_KEPT -> changed.removeIf(op -> !commit && op instanceof Op.Delete);
        case CURSOR_NOT_STORED -> changed.removeIf(op -> op instanceof Op.Set set && isCursor(set));
        case CURSOR_GOES_BACK, CURSOR_AHEAD_OF_CONSUMERS -> changed.replaceAll(this::cursor);
        case DELETE_BEFORE_ALL_HAVE_PASSED -> deleteEarly(changed);
        default -> {}
      }
      if (changed.stream().allMatch(Op.Check.class::isInstance)) {
        changed.add(new Op.Check(paths.owner(), ANY_VERSION));
      }
      if (commit && bug == CONFIRM_BEFORE_COMMIT) {
        port.multi(changed, reply -> {});
        loop.execute(() -> callback.accept(MultiReply.OK));
        return;
      }
      port.multi(changed, reply -> answer(commit, reply, callback));
    }

    private void answer(boolean commit, MultiReply reply, Consumer<MultiReply> callback) {
      if (commit && bug == LOST_ANSWER && reply.code() == Code.CONNECTION_LOSS) {
        return;
      }
      boolean done =
          commit
              && ((bug == UNKNOWN_IS_DONE && reply.code().isOutcomeUnknown())
                  || (bug == FENCED_IS_DONE && Fence.isLost(reply)));
      callback.accept(done ? MultiReply.OK : reply);
    }

    // What is no commit either furnishes the partition or deletes what nobody needs.
    private boolean isCommit(List<Op> operations) {
      return operations.stream()
          .anyMatch(
              op ->
                  op instanceof Op.Set
                      || (op instanceof Op.Create create
                          && (create.path().startsWith(paths.subscriptions() + "/")
                              || create.path().startsWith(paths.log() + "/"))));
    }

    private boolean isCursor(Op operation) {
      return operation.path().startsWith(paths.subscriptions() + "/");
    }

    private Op cursor(Op operation) {
      if (!(operation instanceof Op.Set set) || !isCursor(set)) {
        return operation;
      }
      if (bug == CURSOR_GOES_BACK) {
        byte[] before = cursors.put(set.path(), set.data());
        return new Op.Set(set.path(), before == null ? set.data() : before, set.expectedVersion());
      }
      try {
        Cursor right = Cursor.decode(set.path(), set.data());
        long ahead = right.floor() + 1;
        for (OffsetRange range : right.acknowledged()) {
          ahead = Math.max(ahead, range.end());
        }
        byte[] wrong = plainCursor(set.path(), set.data(), ahead);
        return new Op.Set(set.path(), wrong, set.expectedVersion());
      } catch (QueueException e) {
        throw new IllegalStateException("an owner stores a cursor that cannot be read", e);
      }
    }

    private static byte[] plainCursor(String path, byte[] like, long floor) {
      try {
        SubscriptionKind kind = Cursor.decode(path, like).kind();
        return new Cursor(kind, floor, List.of(), List.of(), List.of(), List.of()).encode();
      } catch (QueueException e) {
        throw new IllegalStateException("a cursor that cannot be read", e);
      }
    }

    private void deleteEarly(List<Op> operations) {
      for (Op operation : List.copyOf(operations)) {
        if (operation instanceof Op.Create create
            && create.data().length > 0
            && create.path().startsWith(paths.log() + "/")) {
          segments.addLast(create.path());
          if (segments.size() > 3) {
            operations.add(new Op.Delete(segments.removeFirst(), ANY_VERSION));
          }
        } else if (operation instanceof Op.Delete) {
          segments.remove(operation.path());
        }
      }
    }
  }
}

package dev.arpeggio.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A port whose owner makes a mistake: it changes what the owner asks, or what it is told. */
final class PlantedPort extends ForwardingPort {
  private static final int COMMITS_PER_LOSS = 10;

  private final OwnerBug bug;
  private final ZooKeeperPort port;
  private final PartitionPaths paths;
  private final Executor loop;
  private final Map<String, byte[]> cursors = new LinkedHashMap<>();
  private final Map<String, Reply<List<String>>> listed = new LinkedHashMap<>();
  private final ArrayDeque<String> segments = new ArrayDeque<>();
  private long commits;

  PlantedPort(OwnerBug bug, ZooKeeperPort port, PartitionPaths paths, Executor loop) {
    super(port);
    this.bug = bug;
    this.port = port;
    this.paths = paths;
    this.loop = loop;
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    if (bug == OwnerBug.READ_BEFORE_FENCE) {
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
    if (bug == OwnerBug.CURSOR_LOST_AT_TAKEOVER
        && path.startsWith(paths.subscriptions() + "/")
        && reply.isOk()) {
      byte[] nothing = plainCursor(path, reply.get().data(), 0);
      return Reply.ok(new Node(nothing, reply.get().stat()));
    }
    if (bug != OwnerBug.DEDUP_LOST_AT_TAKEOVER
        || !path.equals(paths.producers())
        || !reply.isOk()) {
      return reply;
    }
    try {
      ProducerTable.Snapshot right = ProducerTable.decode(path, reply.get().data());
      byte[] nothing =
          new ProducerTable().encode(right.logStart(), right.knownTo(), right.publishers());
      return Reply.ok(new Node(nothing, reply.get().stat()));
    } catch (QueueException e) {
      return reply;
    }
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    if (bug == OwnerBug.TAKEOVER_WITHOUT_EPOCH) {
      super.exists(path, callback);
    } else {
      super.set(
          path, data, bug == OwnerBug.NO_EPOCH_CHECK ? ANY_VERSION : expectedVersion, callback);
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
    if (commit && bug == OwnerBug.GAP_KEPT && ++commits % COMMITS_PER_LOSS == 0) {
      // Lost, while those behind it arrive: ZooKeeper alone leaves a hole too rarely to wait for.
      port.sync(paths.owner(), reply -> callback.accept(new MultiReply(Code.CONNECTION_LOSS, -1)));
      return;
    }
    if (commit && bug == OwnerBug.CONFIRM_BEFORE_COMMIT) {
      port.multi(changed, reply -> {});
      loop.execute(() -> callback.accept(MultiReply.OK));
      return;
    }
    port.multi(changed, reply -> answer(commit, reply, callback));
  }

  private void answer(boolean commit, MultiReply reply, Consumer<MultiReply> callback) {
    if (commit && bug == OwnerBug.LOST_ANSWER && reply.code() == Code.CONNECTION_LOSS) {
      return;
    }
    boolean done =
        commit
            && ((bug == OwnerBug.UNKNOWN_IS_DONE && reply.code().isOutcomeUnknown())
                || (bug == OwnerBug.FENCED_IS_DONE && Fence.isLost(reply)));
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
    if (bug == OwnerBug.CURSOR_GOES_BACK) {
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

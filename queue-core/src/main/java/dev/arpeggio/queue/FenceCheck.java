package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether this node still owns the partition, for what no commit would tell: a process
 * that was paused wakes in the belief that it is the owner, and consumers that come to it would
 * begin with what others have consumed long since, and be told that what they acknowledge was never
 * written.
 *
 * <p>What was found out a moment ago counts; of several that ask at once, one question serves all.
 */
final class FenceCheck {
  /** How long a partition may be trusted to be still owned. */
  static final Duration FRESH = Duration.ofMillis(500);

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int MAX_WAITING = 10_000;

  private final OwnerContext context;
  private final PartitionPaths paths;
  private final Events events;
  private final List<Completion<Done>> waiting = new ArrayList<>();
  private long heldAtNanos;
  private boolean asking;
  private @Nullable QueueException end;

  /** What the check needs of the partition. */
  interface Events {
    Fence fence();

    /** Whether the fence is being acquired anew, which answers the question too. */
    boolean isRecovering();

    /** It is somebody else's; the check is ended with the reason. */
    void lost();
  }

  /** Begins with a fence that was just acquired. */
  FenceCheck(OwnerContext context, PartitionPaths paths, Events events) {
    this.context = context;
    this.paths = paths;
    this.events = events;
    this.heldAtNanos = context.loop().nanoTime();
  }

  /**
   * @param done succeeds if the partition is owned; fails when that has ended
   */
  void ask(Completion<Done> done) {
    if (end != null) {
      done.failed(end);
    } else if (context.loop().nanoTime() - heldAtNanos < FRESH.toNanos()) {
      done.succeeded(Done.DONE);
    } else if (waiting.size() == MAX_WAITING) {
      done.failed(QueueException.storeUnavailable(MAX_WAITING + " wait for the store", null));
    } else {
      waiting.add(done);
      if (!asking) {
        asking = true;
        look();
      }
    }
  }

  /** The fence was acquired anew. */
  void acquired() {
    held(context.loop().nanoTime());
  }

  /** Nothing is owned any more. */
  void stop(QueueException why) {
    end = why;
    List.copyOf(waiting).forEach(done -> done.failed(why));
    waiting.clear();
  }

  private void held(long sinceNanos) {
    heldAtNanos = sinceNanos;
    List<Completion<Done>> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(done -> done.succeeded(Done.DONE));
  }

  private void look() {
    if (end != null || waiting.isEmpty()) {
      asking = false;
    } else if (events.isRecovering()) {
      lookAgain();
    } else {
      long askedNanos = context.loop().nanoTime();
      Fence fence = events.fence();
      // The server may lag behind the one by which somebody else took over.
      context
          .zooKeeper()
          .sync(
              paths.owner(),
              synced ->
                  context
                      .zooKeeper()
                      .exists(paths.owner(), reply -> onReply(fence, askedNanos, synced, reply)));
    }
  }

  private void onReply(
      Fence fence,
      long askedNanos,
      ZooKeeperPort.Reply<Done> synced,
      ZooKeeperPort.Reply<ZooKeeperPort.Stat> reply) {
    if (end != null) {
      return;
    }
    boolean gone = reply.code() == ZooKeeperPort.Code.NO_NODE;
    boolean known = synced.isOk() && (reply.isOk() || gone);
    if (!known || events.isRecovering() || !fence.equals(events.fence())) {
      lookAgain();
    } else if (gone || !fence.isHeld(reply.get())) {
      asking = false;
      events.lost();
    } else {
      asking = false;
      held(askedNanos);
    }
  }

  private void lookAgain() {
    context.loop().schedule(RETRY, this::look);
  }
}

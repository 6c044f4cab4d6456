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
 * <p>Only what the store is asked after somebody came is an answer to him: a moment before, another
 * may have taken over, and he may come from there. Of several that come while the store is asked,
 * the next question serves all.
 */
final class FenceCheck {
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int MAX_WAITING = 10_000;

  private final OwnerContext context;
  private final PartitionPaths paths;
  private final Events events;
  private List<Completion<Done>> waiting = new ArrayList<>();
  private boolean asking;
  private @Nullable QueueException end;

  /** What the check needs of the partition. */
  interface Events {
    Fence fence();

    /** Whether the fence is being acquired anew, so that nobody can say. */
    boolean isRecovering();

    /** It is somebody else's; the check is ended with the reason. */
    void lost();
  }

  FenceCheck(OwnerContext context, PartitionPaths paths, Events events) {
    this.context = context;
    this.paths = paths;
    this.events = events;
  }

  /**
   * @param done succeeds if the partition is owned; fails when that has ended
   */
  void ask(Completion<Done> done) {
    if (end != null) {
      done.failed(end);
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

  /** Nothing is owned any more. */
  void stop(QueueException why) {
    end = why;
    List.copyOf(waiting).forEach(done -> done.failed(why));
    waiting.clear();
  }

  private void look() {
    if (end != null || waiting.isEmpty()) {
      asking = false;
    } else if (events.isRecovering()) {
      lookAgain();
    } else {
      Fence fence = events.fence();
      int askers = waiting.size();
      // The server may lag behind the one by which somebody else took over.
      context
          .zooKeeper()
          .sync(
              paths.owner(),
              synced ->
                  context
                      .zooKeeper()
                      .exists(paths.owner(), reply -> onReply(fence, askers, synced, reply)));
    }
  }

  private void onReply(
      Fence fence,
      int askers,
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
      List<Completion<Done>> told = waiting.subList(0, askers);
      waiting = new ArrayList<>(waiting.subList(askers, waiting.size()));
      told.forEach(done -> done.succeeded(Done.DONE));
      look();
    }
  }

  private void lookAgain() {
    context.loop().schedule(RETRY, this::look);
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes commits out of what there is to store: batches, cursors, deletions. Remembers what the
 * commits in flight will have changed, so that the next one goes on from there.
 */
final class CommitBuilder {
  private final OwnerContext context;
  private final PartitionPaths paths;
  private final Log log;
  private final ProducerTable producers;
  private final Subscriptions subscriptions;
  private final AppendQueue queue;
  private final Trimmer trimmer;
  private Buckets buckets;
  private long nextOffset;
  // The last commit had no room for everything: what was left out goes first in the next one.
  private boolean starved;

  CommitBuilder(
      OwnerContext context,
      PartitionPaths paths,
      Log log,
      ProducerTable producers,
      Subscriptions subscriptions,
      AppendQueue queue,
      Trimmer trimmer,
      List<SegmentName> segments) {
    this.context = context;
    this.paths = paths;
    this.log = log;
    this.producers = producers;
    this.subscriptions = subscriptions;
    this.queue = queue;
    this.trimmer = trimmer;
    this.buckets = new Buckets(segments);
    this.nextOffset = log.nextOffset();
  }

  /** Nothing is in flight any more, and these segments are stored. */
  void restart(List<SegmentName> segments) {
    buckets = new Buckets(segments);
    nextOffset = log.nextOffset();
    trimmer.restart();
  }

  boolean hasWork() {
    return !queue.isEmpty() || subscriptions.hasDirty() || trimmer.segments() > 0;
  }

  Commit build(Fence fence) {
    var commit = new Commit(fence);
    boolean leftoversFirst = starved;
    starved = false;
    if (leftoversFirst) {
      addTrim(commit);
      addCursors(commit);
      addSegment(commit, fence);
    } else {
      addSegment(commit, fence);
      addCursors(commit);
      addTrim(commit);
    }
    return commit;
  }

  private void addSegment(Commit commit, Fence fence) {
    int room =
        Math.min(SegmentCodec.MAX_BYTES, commit.room() - 2 * Commit.cost(paths.bucket(0), 64));
    room -= SegmentCodec.HEADER_BYTES;
    var taken = new ArrayList<PendingAppend>();
    long count = 0;
    for (PendingAppend next = queue.first();
        next != null && next.segmentBytes() <= room;
        next = queue.first()) {
      room -= next.segmentBytes();
      count += next.count();
      taken.add(queue.take());
    }
    if (taken.isEmpty()) {
      return;
    }
    Buckets.Place place = buckets.place(nextOffset);
    if (place.isNew()) {
      commit.add(new Op.Create(paths.bucket(place.bucket()), new byte[0]));
    }
    var segment = new Segment(new SegmentName(place.bucket(), nextOffset, Math.toIntExact(count)));
    var encoded =
        SegmentCodec.encode(fence.epoch(), nextOffset, context.loop().currentTimeMillis(), taken);
    commit.addSegment(paths.segment(segment.name()), segment, encoded, taken);
    nextOffset = segment.end();
  }

  private void addCursors(Commit commit) {
    for (var dirty = subscriptions.dirty(); dirty.hasNext(); ) {
      Subscription subscription = dirty.next();
      Durability durability = subscription.durability();
      String path = paths.subscription(subscription.name());
      byte[] content = subscription.isDeleted() ? new byte[0] : subscription.encode();
      if (Commit.cost(path, content.length) > commit.room()) {
        starved = true;
        return;
      }
      var write = new Commit.CursorWrite(subscription, durability.version());
      if (subscription.isDeleted()) {
        commit.addCursor(
            durability.isStored() ? new Op.Delete(path, ZooKeeperPort.ANY_VERSION) : null, write);
      } else {
        commit.addCursor(
            durability.isStored()
                ? new Op.Set(path, content, ZooKeeperPort.ANY_VERSION)
                : new Op.Create(path, content),
            write);
      }
      durability.setStored(!subscription.isDeleted());
      dirty.remove();
    }
  }

  // The cursors that allow the deletion may be on their way still: what they say, their subscribers
  // have said.
  private void addTrim(Commit commit) {
    int segments = trimmer.segments();
    if (segments == 0) {
      return;
    }
    if (Commit.cost(paths.producers(), producers.encodedBytes()) > commit.room()) {
      starved = true;
      return;
    }
    // The record comes first in the commit, and is written last: it says how far the deletions got.
    int room = commit.room() - Commit.cost(paths.producers(), producers.encodedBytes());
    var deletions = new ArrayList<Op>();
    for (int i = 0; i < segments; i++) {
      Segment segment = log.find(trimmer.cut());
      String path = paths.segment(segment.name());
      room -= 2 * Commit.cost(path, 0);
      if (room < 0) {
        starved = true;
        break;
      }
      deletions.add(new Op.Delete(path, ZooKeeperPort.ANY_VERSION));
      if (buckets.remove(segment.name().bucket())) {
        deletions.add(
            new Op.Delete(paths.bucket(segment.name().bucket()), ZooKeeperPort.ANY_VERSION));
      }
      trimmer.advance(segment.end());
    }
    if (!deletions.isEmpty()) {
      commit.add(
          new Op.Set(
              paths.producers(), producers.encode(trimmer.cut()), ZooKeeperPort.ANY_VERSION));
      deletions.forEach(commit::add);
      commit.trimTo(trimmer.cut());
    }
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes commits out of what there is to store: batches, cursors, deletions. Remembers what the
 * commits in flight will have changed, so that the next one goes on from there.
 */
final class CommitBuilder {
  // A takeover reads about so many segments before it admits batches.
  private static final int CHECKPOINT_SEGMENTS = 64;
  private static final int SEGMENTS_WORTH_A_CHECKPOINT = 8;

  private final OwnerContext context;
  private final TopicConfig config;
  private final PartitionPaths paths;
  private final Log log;
  private final ProducerTable producers;
  private final Subscriptions subscriptions;
  private final AppendQueue queue;
  private final Trimmer trimmer;
  private final @Nullable Arbiter arbiter;
  private Buckets buckets;
  private long nextOffset;
  private boolean producersKnown;
  private boolean checkpointRequested;
  // Segments whose producers no stored table knows, and no commit in flight stores.
  private int sinceCheckpoint;
  // The stored table knows all segments before, for certain.
  private long producersStoredTo;
  // The last commit had no room for everything: what was left out goes first in the next one.
  private boolean starved;

  CommitBuilder(
      OwnerContext context,
      TopicConfig config,
      PartitionPaths paths,
      Log log,
      ProducerTable producers,
      Subscriptions subscriptions,
      AppendQueue queue,
      Trimmer trimmer,
      @Nullable Arbiter arbiter,
      Recovery.Recovered recovered) {
    this.context = context;
    this.config = config;
    this.paths = paths;
    this.log = log;
    this.producers = producers;
    this.subscriptions = subscriptions;
    this.queue = queue;
    this.trimmer = trimmer;
    this.arbiter = arbiter;
    this.buckets = new Buckets(recovered.segments());
    this.nextOffset = log.nextOffset();
    this.producersStoredTo = recovered.producersKnownTo();
    this.sinceCheckpoint = segmentsFrom(recovered.producersKnownTo());
  }

  /** Nothing is in flight any more, and this is stored. */
  void restart(Recovery.Recovered recovered) {
    buckets = new Buckets(recovered.segments());
    nextOffset = log.nextOffset();
    producersStoredTo = recovered.producersKnownTo();
    sinceCheckpoint = segmentsFrom(producersStoredTo);
    trimmer.restart();
    if (arbiter != null) {
      arbiter.storeAgain();
    }
  }

  private int segmentsFrom(long offset) {
    return (int) log.segments().stream().filter(segment -> segment.end() > offset).count();
  }

  /** From now on, the table knows what all segments of the log say about producers. */
  void producersKnown() {
    producersKnown = true;
  }

  /**
   * Lets the next commit store the producers' table, unless a takeover would hardly notice.
   *
   * @return whether the table is to be stored
   */
  boolean requestCheckpoint() {
    checkpointRequested = producersKnown && sinceCheckpoint >= SEGMENTS_WORTH_A_CHECKPOINT;
    return checkpointRequested;
  }

  boolean hasWork() {
    return !queue.isEmpty()
        || subscriptions.hasDirty()
        || checkpointRequested
        || trimmer.segments() > 0;
  }

  Commit build(Fence fence) {
    var commit = new Commit(fence);
    boolean leftoversFirst = starved;
    starved = false;
    if (leftoversFirst) {
      addTableAndTrim(commit);
      addCursors(commit);
      addSegment(commit, fence);
    } else {
      addSegment(commit, fence);
      addCursors(commit);
      addTableAndTrim(commit);
    }
    return commit;
  }

  /**
   * A commit that puts a segment in the place of others. What those say of their producers goes
   * with them: it is stored with it, unless it is known to be stored already.
   */
  Commit build(Fence fence, Compaction compaction) {
    var commit = new Commit(fence);
    if (compaction.replacement().end() > producersStoredTo) {
      addTable(commit);
    }
    SegmentName name = compaction.replacement().name();
    // First, so that its bucket is not deleted.
    buckets.add(name.bucket());
    var deletions = new ArrayList<Op>();
    compaction.replaced().forEach(segment -> addDeletion(segment.name(), deletions));
    deletions.forEach(commit::add);
    commit.add(new Op.Create(paths.segment(name), compaction.encoded().content()));
    commit.setCompaction(compaction);
    return commit;
  }

  /** A commit took effect. */
  void landed(Commit commit) {
    producersStoredTo = Math.max(producersStoredTo, commit.producersKnownTo());
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
    if (count == 0) {
      commit.addUnheard(taken);
      return;
    }
    Buckets.Place place = buckets.place(nextOffset);
    if (place.isNew()) {
      commit.add(new Op.Create(paths.bucket(place.bucket()), new byte[0]));
    }
    var encoded =
        SegmentCodec.encode(
            fence.epoch(),
            nextOffset,
            context.loop().currentTimeMillis(),
            config.compressed(),
            taken);
    var segment = new Segment(encoded.name(place.bucket(), nextOffset, Math.toIntExact(count)));
    commit.addSegment(paths.segment(segment.name()), segment, encoded, taken);
    nextOffset = segment.end();
    sinceCheckpoint++;
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
  private void addTableAndTrim(Commit commit) {
    int segments = trimmer.segments();
    boolean checkpoint =
        producersKnown
            && (checkpointRequested
                || sinceCheckpoint >= CHECKPOINT_SEGMENTS
                || hasNewPublishers(commit));
    if (segments == 0 && !checkpoint) {
      return;
    }
    int tableBytes = producers.encodedBytes() + (arbiter == null ? 0 : arbiter.encodedBytes());
    int room = commit.room() - Commit.cost(paths.producers(), tableBytes);
    if (room < 0) {
      starved = true;
      return;
    }
    // The table comes first in the commit, and is written last: it says how far the deletions got.
    var deletions = new ArrayList<Op>();
    for (int i = 0; i < segments; i++) {
      Segment segment = log.find(trimmer.cut());
      room -= 2 * Commit.cost(paths.segment(segment.name()), 0);
      if (room < 0) {
        starved = true;
        break;
      }
      addDeletion(segment.name(), deletions);
      trimmer.advance(segment);
    }
    if (!deletions.isEmpty() || checkpoint) {
      addTable(commit);
      deletions.forEach(commit::add);
      commit.trimTo(trimmer.cut());
    }
  }

  // Not before they are heard: most come again and again, and tell nothing new.
  private boolean hasNewPublishers(Commit commit) {
    return arbiter != null && arbiter.hasNews() && (commit.segment() != null || !queue.isEmpty());
  }

  // What is in flight, the table does not know: it must not say so.
  private void addTable(Commit commit) {
    byte[] publishers = arbiter == null ? new byte[0] : arbiter.encode();
    byte[] table = producers.encode(trimmer.cut(), log.nextOffset(), publishers);
    commit.add(new Op.Set(paths.producers(), table, ZooKeeperPort.ANY_VERSION));
    commit.producersKnownTo(log.nextOffset());
    checkpointRequested = false;
    sinceCheckpoint = 0;
  }

  private void addDeletion(SegmentName segment, List<Op> deletions) {
    deletions.add(new Op.Delete(paths.segment(segment), ZooKeeperPort.ANY_VERSION));
    if (buckets.remove(segment.bucket())) {
      deletions.add(new Op.Delete(paths.bucket(segment.bucket()), ZooKeeperPort.ANY_VERSION));
    }
  }
}

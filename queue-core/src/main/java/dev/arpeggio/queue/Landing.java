package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Carries what is durable over into the state that is served: the log, the bodies in memory, the
 * producers, the batches that wait.
 */
final class Landing {
  private final PartitionPaths paths;
  private final Log log;
  private final ProducerTable producers;
  private final BodyMemory memory;
  private final AppendQueue queue;
  private final Subscriptions subscriptions;
  private final @Nullable KeyHistory history;
  private final @Nullable Arbiter arbiter;
  private final Dropped dropped;

  /** Told of messages that are deleted although some subscription had not acknowledged them. */
  interface Dropped {
    void accept(long first, long end, long messages);
  }

  Landing(
      PartitionPaths paths,
      Log log,
      ProducerTable producers,
      BodyMemory memory,
      AppendQueue queue,
      Subscriptions subscriptions,
      @Nullable KeyHistory history,
      @Nullable Arbiter arbiter,
      Dropped dropped) {
    this.paths = paths;
    this.log = log;
    this.producers = producers;
    this.memory = memory;
    this.queue = queue;
    this.subscriptions = subscriptions;
    this.history = history;
    this.arbiter = arbiter;
    this.dropped = dropped;
  }

  /** A commit took effect. */
  void land(Commit commit) {
    Segment segment = commit.segment();
    if (segment != null) {
      adopt(commit, segment);
    } else {
      settle(0, SegmentCodec.entries(commit.appends()), commit.appends());
    }
    Compaction compaction = commit.compaction();
    if (compaction != null) {
      replace(compaction);
    }
    trim(commit.trimTo());
  }

  private void replace(Compaction compaction) {
    Segment replacement = compaction.replacement();
    memory.forget(compaction.replaced());
    log.replace(compaction.replaced(), replacement);
    memory.offer(replacement, compaction.encoded().body());
    if (history != null) {
      history.add(replacement, compaction.encoded().body());
    }
    for (OffsetRange range : compaction.removed()) {
      subscriptions.forget(range.first(), range.end());
    }
    if (compaction.dropped() > 0) {
      dropped.accept(replacement.first(), replacement.end(), compaction.dropped());
    }
  }

  private void adopt(Commit commit, Segment segment) {
    var encoded = commit.encoded();
    log.add(segment);
    memory.offer(segment, encoded.body());
    if (history != null) {
      history.add(segment, encoded.body());
    }
    settle(segment.first(), encoded.entries(), commit.appends());
  }

  private void settle(
      long firstOffset, List<SegmentCodec.Entry> entries, List<PendingAppend> appends) {
    if (arbiter != null) {
      arbiter.landed(entries);
    }
    producers.apply(firstOffset, entries);
    appends.forEach(queue::landed);
  }

  private void trim(long offset) {
    if (offset <= log.firstOffset()) {
      return;
    }
    long first = log.firstOffset();
    long unread = subscriptions.unacknowledged(first, offset);
    if (unread > 0) {
      // At most what was there: some of it may have been taken out by compactions.
      dropped.accept(first, offset, Math.min(unread, log.messagesBefore(offset)));
      subscriptions.forget(first, offset);
    }
    memory.trim(offset);
    log.trim(offset);
  }

  /** Tells those who wait for a commit. They may call back: this comes after everything else. */
  static void tell(Commit commit) {
    Segment segment = commit.segment();
    long last = segment == null ? 0 : segment.first() - 1;
    for (PendingAppend append : commit.appends()) {
      last += append.count();
      if (!append.isSettled()) {
        append.succeed(append.count() == 0 ? OptionalLong.empty() : OptionalLong.of(last));
      }
    }
    commit.cursors().forEach(write -> write.subscription().durable(write.version()));
  }

  /**
   * Of commits whose outcome was not known, those that are stored, in order; their segments are
   * part of the log now.
   *
   * @throws QueueException STORE_CORRUPT if anything else is stored than was sent
   */
  List<Commit> reconcile(List<Commit> commits, Recovery.Recovered recovered) throws QueueException {
    trim(recovered.logStart());
    var landed = new ArrayList<Commit>();
    for (Commit commit : commits) {
      Compaction compaction = commit.compaction();
      if (compaction != null && recovered.segments().contains(compaction.replacement().name())) {
        replace(compaction);
        landed.add(commit);
      }
    }
    int known = log.segments().size();
    var stored = recovered.segments();
    var news = stored.subList(Math.min(known, stored.size()), stored.size()).iterator();
    SegmentName next = news.hasNext() ? news.next() : null;
    for (Commit commit : commits) {
      Segment segment = commit.segment();
      if (segment != null && segment.name().equals(next)) {
        adopt(commit, segment);
        landed.add(commit);
        next = news.hasNext() ? news.next() : null;
      }
    }
    compare(stored);
    return landed;
  }

  private void compare(List<SegmentName> names) throws QueueException {
    var stored = names.iterator();
    for (Segment segment : log.segments()) {
      if (!stored.hasNext() || !stored.next().equals(segment.name())) {
        throw QueueException.storeCorrupt(
            paths.segment(segment.name()), "a confirmed segment is gone");
      }
    }
    if (stored.hasNext()) {
      throw QueueException.storeCorrupt(
          paths.segment(stored.next()), "a segment that its owner did not write");
    }
  }
}

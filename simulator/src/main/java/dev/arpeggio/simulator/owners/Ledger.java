package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.StoredPartition;
import dev.arpeggio.queue.StoredPartition.Content;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.simulator.zookeeper.Change;
import dev.arpeggio.simulator.zookeeper.Ordered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of one partition from outside: what ZooKeeper has, at the moment when it
 * gets it, and what was said to producers and consumers. Hands each on to the checkers.
 */
final class Ledger {
  private final StoredPartition partition;
  private final Tally tally;
  private final LogCheck log = new LogCheck();
  private final FenceCheck fence = new FenceCheck();
  private final Map<String, CursorCheck> cursors = new TreeMap<>();
  private final List<String> confirmed = new ArrayList<>();
  private final LongSupplier clockMillis;
  private final Book book;
  private final RemovalCheck removals;
  private final MoveCheck moves;

  /**
   * @param config of the topic
   * @param clockMillis by which its owners know the time
   */
  Ledger(
      StoredPartition partition,
      List<String> subscriptions,
      TopicConfig config,
      LongSupplier clockMillis,
      Tally tally) {
    this.partition = partition;
    this.clockMillis = clockMillis;
    this.tally = tally;
    this.book = new Book(config.expiry().after());
    this.removals = new RemovalCheck(config.retention(), book);
    this.moves = new MoveCheck(config.redelivery().maxDeliveries());
    for (String name : subscriptions) {
      cursors.put(
          name,
          new CursorCheck(name, offset -> needsNobody(offset) || moves.hasArrived(name, offset)));
    }
  }

  // ---- What is stored.

  void ordered(Ordered ordered) {
    for (Change change : ordered.changes()) {
      if (partition.holds(change.path())) {
        try {
          changed(ordered.client(), change);
        } catch (QueueException e) {
          throw new Breach(Rule.FENCED, e.getMessage() + ", by client " + ordered.client());
        }
      }
    }
    log.endOfTransaction();
  }

  private void changed(int client, Change change) throws QueueException {
    if (change.path().equals(partition.ownerPath())) {
      if (change instanceof Change.Changed) {
        fence.acquired(client, fence.epoch() + 1);
        tally.takenOver();
      }
      return;
    }
    fence.wrote(client, change.path());
    if (change instanceof Change.Created created) {
      stored(created.path(), created.data());
    } else if (change instanceof Change.Changed changed) {
      stored(changed.path(), changed.data());
    } else {
      OffsetRange segment = partition.segment(change.path());
      if (segment != null) {
        log.deleted(segment.first());
      }
    }
  }

  private void stored(String path, byte[] data) throws QueueException {
    Content content = partition.read(path, data, fence.epoch());
    if (content instanceof Content.Segment segment) {
      // What replaces others may have been made before the owner had to acquire once more.
      if (!segment.current() && segment.covered().first() >= log.end()) {
        throw new Breach(Rule.FENCED, path + " is of an epoch before " + fence.epoch());
      }
      List<Long> removed = log.stored(segment.covered(), segment.texts());
      if (segment.covered().first() < log.end()) {
        segment
            .timesMillis()
            .forEach(
                (offset, millis) ->
                    book.stored(
                        offset, Sample.of(segment.texts().getOrDefault(offset, "")), millis));
      }
      for (long offset : removed) {
        boolean unwanted = removals.gone(offset, clockMillis.getAsLong());
        cursors.values().forEach(cursor -> cursor.removed(offset, unwanted));
      }
    } else if (content instanceof Content.Cursor cursor) {
      CursorCheck check = cursor(cursor.subscription());
      check.stored(cursor.floor(), cursor.acknowledged(), log.start());
      check.moving(cursor.moving());
    } else if (content instanceof Content.Start start) {
      long before = log.start();
      log.startsAt(start.offset());
      for (long offset = before; offset < start.offset(); offset++) {
        if (!log.isRemoved(offset)) {
          boolean unused = removals.gone(offset, clockMillis.getAsLong());
        }
      }
      cursors.values().forEach(cursor -> cursor.trimmed(before, start.offset()));
    }
  }

  private CursorCheck cursor(String subscription) {
    CursorCheck cursor = cursors.get(subscription);
    if (cursor == null) {
      throw new Breach(Rule.NOTHING_INVENTED, "a subscription " + subscription);
    }
    return cursor;
  }

  // ---- What producers are told.

  void publish(List<String> texts) {
    texts.forEach(log::publish);
    tally.published(texts.size());
  }

  void confirmed(List<String> texts, Appended appended) {
    for (String text : texts) {
      if (log.offset(text) == null) {
        throw new Breach(
            Rule.CONFIRMED_IS_STORED, LogCheck.key(text) + " is confirmed, and not stored");
      }
    }
    String last = texts.get(texts.size() - 1);
    Long offset = log.offset(last);
    if (appended.lastOffset().isPresent()
        && (offset == null || appended.lastOffset().getAsLong() != offset)) {
      throw new Breach(
          Rule.CONFIRMED_IS_STORED,
          LogCheck.key(last) + " is confirmed at " + appended.lastOffset() + ", is at " + offset);
    }
    confirmed.addAll(texts);
    tally.confirmed(texts.size());
  }

  // ---- What consumers are told, and say.

  void delivered(int client, String subscription, long firstOffset, List<String> texts) {
    CursorCheck cursor = cursor(subscription);
    long now = clockMillis.getAsLong();
    for (int i = 0; i < texts.size(); i++) {
      long offset = firstOffset + i;
      if (!texts.get(i).equals(log.text(offset))) {
        throw new Breach(
            Rule.NOTHING_INVENTED,
            LogCheck.key(texts.get(i)) + " is delivered as " + offset + ", and not stored there");
      }
      moves.delivered(subscription, offset);
      if (!book.isDue(offset, now)) {
        throw new Breach(
            Rule.NOT_BEFORE_ITS_TIME,
            offset + " is delivered after " + book.ageMillis(offset, now) + " ms");
      }
      // One that has lost the partition and does not know it may deliver what it has.
      if (fence.isHeldBy(client) && cursor.isConfirmed(offset)) {
        throw new Breach(
            Rule.ACKNOWLEDGED_STAYS_AWAY,
            subscription + " has acknowledged " + offset + ", and gets it again");
      }
    }
    tally.delivered(texts.size());
  }

  void acknowledging(String subscription, List<OffsetRange> ranges) {
    ranges.forEach(cursor(subscription)::acknowledging);
  }

  void acknowledged(String subscription, List<OffsetRange> ranges) {
    for (OffsetRange range : ranges) {
      cursor(subscription).confirmed(range, log.start());
      tally.acknowledged(range.count());
    }
  }

  void rejecting(String subscription, OffsetRange range) {
    for (long offset = range.first(); offset < range.end(); offset++) {
      moves.rejecting(subscription, offset);
    }
  }

  /** The topic of dead letters has stored a message. */
  void moved(String subscription, String text) {
    Long offset = log.offset(text);
    if (offset == null) {
      throw new Breach(
          Rule.NOTHING_INVENTED, LogCheck.key(text) + " is moved, and was never in the log");
    }
    moves.arrived(subscription, offset);
    tally.moved();
  }

  // ---- For the checkers of deliveries.

  /** Whether a message that came back need not be delivered again. */
  boolean comesNoMore(String subscription, long offset) {
    return needsNobody(offset) || moves.mayGo(subscription, offset);
  }

  /** Where a text is in the log, or was; null if it never was there. */
  @Nullable Long offset(String text) {
    return log.offset(text);
  }

  /** Whether there is such a subscription yet. */
  boolean isStored(String subscription) {
    return cursor(subscription).isStored();
  }

  /** Whether a compaction has taken a message out of the log. */
  boolean isRemoved(long offset) {
    return log.isRemoved(offset);
  }

  /** Whether the owner may do without its consumers' word on a message. */
  private boolean needsNobody(long offset) {
    return removals.needsNobody(offset, clockMillis.getAsLong());
  }

  /** Whether a message stays until everybody has acknowledged it. */
  boolean needsEverybody(long offset) {
    return removals.needsEverybody(offset);
  }

  // ---- When all is over.

  /** Whether every subscription is stored to have acknowledged all that is in the log. */
  boolean isConsumed() {
    return cursors.values().stream().allMatch(cursor -> cursor.passed(log.start()) >= log.end());
  }

  /** Where the subscriptions are, for whoever asks why it takes so long. */
  String positions() {
    StringBuilder text = new StringBuilder("log " + log.start() + ".." + log.end());
    cursors.forEach(
        (name, cursor) ->
            text.append(", ").append(name).append(" at ").append(cursor.passed(log.start())));
    return text.toString();
  }

  /** Everything that was confirmed was stored and has been consumed. */
  void settle() {
    for (String text : confirmed) {
      Long offset = log.offset(text);
      for (Map.Entry<String, CursorCheck> cursor : cursors.entrySet()) {
        if (offset == null || !cursor.getValue().hasPassed(offset, log.start())) {
          throw new Breach(
              Rule.NOTHING_LOST, LogCheck.key(text) + " never came to " + cursor.getKey());
        }
      }
    }
  }

  long end() {
    return log.end();
  }
}

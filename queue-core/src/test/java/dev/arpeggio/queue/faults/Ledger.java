package dev.arpeggio.queue.faults;

import dev.arpeggio.queue.OffsetRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was sent, confirmed, delivered and acknowledged, and what of that must not be. Every message
 * is sent by one producer under one sequence, and is known by both. Thread-safe.
 */
final class Ledger {
  private static final int REMEMBERED_VIOLATIONS = 20;
  private static final long NONE = -1;

  /** What can go wrong. */
  enum Violation {
    /** A confirmed message was never delivered. */
    LOST,
    /** Delivered, and never sent. */
    INVENTED,
    /** One message at two offsets, or two messages at one. */
    DOUBLED,
    /** Delivered for the first time before one that comes earlier. */
    OUT_OF_ORDER,
    /** Delivered after its acknowledgement was confirmed. */
    CAME_BACK;

    String inWords() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** A message. */
  record Item(int producer, long sequence) {
    @Override
    public String toString() {
      return producer + "-" + sequence;
    }
  }

  private final Map<Integer, Progress> producers = new TreeMap<>();
  private final Map<Item, Long> offsets = new HashMap<>();
  private final List<Item> log = new ArrayList<>();
  private final BitSet acknowledged = new BitSet();
  private final Map<Violation, Integer> counts = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private long confirmed;
  private long redelivered;

  /** How far one producer has come. */
  private static final class Progress {
    private long sent = NONE;
    private long delivered = NONE;
    private final BitSet confirmed = new BitSet();
  }

  private Progress producer(int number) {
    return producers.computeIfAbsent(number, n -> new Progress());
  }

  /** Sequences of a producer are sent in order, each for the first time once. */
  synchronized void sent(Item item) {
    producer(item.producer()).sent = item.sequence();
  }

  synchronized void confirmed(Item item) {
    BitSet known = producer(item.producer()).confirmed;
    int sequence = Math.toIntExact(item.sequence());
    if (!known.get(sequence)) {
      known.set(sequence);
      confirmed++;
    }
  }

  synchronized void delivered(long offset, Item item) {
    Progress progress = producer(item.producer());
    if (item.sequence() < 0 || item.sequence() > progress.sent) {
      violated(Violation.INVENTED, item + " at " + offset);
      return;
    }
    Long elsewhere = offsets.putIfAbsent(item, offset);
    if (elsewhere != null && elsewhere != offset) {
      violated(Violation.DOUBLED, item + " is at " + elsewhere + " and at " + offset);
    }
    if (offset < log.size()) {
      again(Math.toIntExact(offset), item);
      return;
    }
    if (offset > log.size() || item.sequence() != progress.delivered + 1) {
      violated(
          Violation.OUT_OF_ORDER,
          item
              + " at "
              + offset
              + " after "
              + item.producer()
              + "-"
              + progress.delivered
              + ", next offset is "
              + log.size());
    }
    while (log.size() < offset) {
      log.add(item);
    }
    log.add(item);
    progress.delivered = item.sequence();
  }

  private void again(int offset, Item item) {
    redelivered++;
    if (!log.get(offset).equals(item)) {
      violated(Violation.DOUBLED, offset + " was " + log.get(offset) + ", is " + item);
    }
    if (acknowledged.get(offset)) {
      violated(Violation.CAME_BACK, item + " at " + offset);
    }
  }

  /** The acknowledgement is confirmed. */
  synchronized void acknowledged(OffsetRange range) {
    acknowledged.set(Math.toIntExact(range.first()), Math.toIntExact(range.end()));
  }

  /** Whether all that was sent is confirmed and delivered. */
  synchronized boolean isSettled() {
    long sent = producers.values().stream().mapToLong(progress -> progress.sent + 1).sum();
    return sent == confirmed && log.size() >= sent;
  }

  /** To be called at the end, when whatever is going to arrive has arrived. */
  synchronized void close() {
    producers.forEach(
        (number, progress) ->
            progress.confirmed.stream()
                .mapToObj(sequence -> new Item(number, sequence))
                .filter(item -> !offsets.containsKey(item))
                .forEach(item -> violated(Violation.LOST, item.toString())));
  }

  private void violated(Violation violation, String what) {
    counts.merge(violation, 1, Integer::sum);
    if (violations.size() < REMEMBERED_VIOLATIONS) {
      violations.add(violation + " " + what);
    }
  }

  /** The first of them, in words. */
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized int count(Violation violation) {
    return counts.getOrDefault(violation, 0);
  }

  /** Messages sent, deliveries of messages, and messages acknowledged. */
  synchronized long operations() {
    long sent = producers.values().stream().mapToLong(progress -> progress.sent + 1).sum();
    return sent + log.size() + redelivered + acknowledged.cardinality();
  }

  synchronized long confirmedMessages() {
    return confirmed;
  }

  synchronized long deliveredMessages() {
    return log.size();
  }

  synchronized long redeliveredMessages() {
    return redelivered;
  }

  @Override
  public synchronized String toString() {
    return "confirmed "
        + confirmed
        + ", delivered "
        + log.size()
        + ", acknowledged "
        + acknowledged.cardinality()
        + ", redelivered "
        + redelivered;
  }
}

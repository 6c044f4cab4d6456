package dev.arpeggio.node.cli.failover;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Judges whether what was confirmed arrived: each message once, and those of a key in the order in
 * which they were sent. Thread-safe.
 */
final class Exactness {
  /**
   * What was found.
   *
   * @param confirmed messages that the producer was told are durable
   * @param delivered messages that arrived, each counted once
   * @param lost confirmed, and never arrived
   * @param outOfOrder arrived for the first time after a later one of their key
   * @param duplicates arrivals of a message that had arrived before, and that did not say that they
   *     are a redelivery
   * @param redelivered those that did
   * @param unknown arrivals of what was never sent
   * @param failed sends that failed
   */
  record Verdict(
      long confirmed,
      long delivered,
      long lost,
      long outOfOrder,
      long duplicates,
      long redelivered,
      long unknown,
      long failed) {
    boolean perfect() {
      return lost == 0 && outOfOrder == 0 && duplicates == 0 && unknown == 0 && failed == 0;
    }
  }

  private static final class Key {
    private final BitSet confirmed = new BitSet();
    private final BitSet delivered = new BitSet();
    private int sent;
    private int highest = -1;
  }

  private final List<Key> keys;
  private long outOfOrder;
  private long duplicates;
  private long redelivered;
  private long unknown;
  private long failed;

  /**
   * @param count keys are numbered from 0 up to it
   */
  Exactness(int count) {
    keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(new Key());
    }
  }

  /** Notes that the next message of a key is sent, and numbers it. */
  synchronized int send(int key) {
    return keys.get(key).sent++;
  }

  synchronized void confirmed(int key, int sequence) {
    keys.get(key).confirmed.set(sequence);
  }

  synchronized void failed() {
    failed++;
  }

  synchronized void delivered(int key, int sequence, boolean again) {
    if (key < 0 || key >= keys.size() || sequence < 0 || sequence >= keys.get(key).sent) {
      unknown++;
      return;
    }
    Key arrived = keys.get(key);
    if (arrived.delivered.get(sequence)) {
      if (again) {
        redelivered++;
      } else {
        duplicates++;
      }
      return;
    }
    arrived.delivered.set(sequence);
    if (sequence < arrived.highest) {
      outOfOrder++;
    }
    arrived.highest = Math.max(arrived.highest, sequence);
  }

  /** Whether everything that was confirmed has arrived. */
  synchronized boolean isComplete() {
    return keys.stream().mapToLong(Exactness::missing).sum() == 0;
  }

  synchronized Verdict verdict() {
    long confirmed = 0;
    long delivered = 0;
    long lost = 0;
    for (Key key : keys) {
      confirmed += key.confirmed.cardinality();
      delivered += key.delivered.cardinality();
      lost += missing(key);
    }
    return new Verdict(
        confirmed, delivered, lost, outOfOrder, duplicates, redelivered, unknown, failed);
  }

  private static long missing(Key key) {
    BitSet missing = (BitSet) key.confirmed.clone();
    missing.andNot(key.delivered);
    return missing.cardinality();
  }
}

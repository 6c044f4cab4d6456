package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which messages of a batch are heard, and therefore stored.
 *
 * @param sequences how many messages the batch has
 * @param unheard the numbers of those that are not heard; not changed any more
 */
record Heard(int sequences, BitSet unheard) {
  private static final BitSet NONE = new BitSet(0);

  static Heard all(int sequences) {
    return new Heard(sequences, NONE);
  }

  boolean isAll() {
    return unheard.isEmpty();
  }

  /** How many messages are stored. */
  int count() {
    return sequences - unheard.cardinality();
  }

  /** Takes a part of the batch. */
  interface Run {
    void accept(int from, int to);
  }

  /** The parts that are heard, in order. */
  void forEachHeard(Run run) {
    for (int from = unheard.nextClearBit(0); from < sequences; ) {
      int next = unheard.nextSetBit(from);
      int to = next < 0 ? sequences : next;
      run.accept(from, to);
      from = unheard.nextClearBit(to);
    }
  }

  /** The numbers of those that are not heard, if the batch begins with that number. */
  List<SequenceRange> notHeard(long firstSequence) {
    var ranges = new ArrayList<SequenceRange>();
    for (int from = unheard.nextSetBit(0); from >= 0; ) {
      int to = unheard.nextClearBit(from);
      ranges.add(new SequenceRange(firstSequence + from, to - from));
      from = unheard.nextSetBit(to);
    }
    return ranges;
  }

  // ---- How it is stored: the number of unheard messages, then the lengths of the runs of heard
  // and
  // unheard ones by turns, beginning with heard ones. A message that was dropped made room for what
  // this takes: a batch that fits a segment does so with this, too.

  int encodedBytes() {
    int bytes = Varints.bytes(unheard.cardinality());
    int at = 0;
    for (boolean heard = true; !isAll() && at < sequences; heard = !heard) {
      int to = end(at, heard);
      bytes += Varints.bytes(to - at);
      at = to;
    }
    return bytes;
  }

  void encode(ByteBuffer out) {
    Varints.put(out, unheard.cardinality());
    int at = 0;
    for (boolean heard = true; !isAll() && at < sequences; heard = !heard) {
      int to = end(at, heard);
      Varints.put(out, to - at);
      at = to;
    }
  }

  private int end(int from, boolean heard) {
    int to = heard ? unheard.nextSetBit(from) : unheard.nextClearBit(from);
    return to < 0 ? sequences : Math.min(to, sequences);
  }

  /**
   * @param count how many messages are stored
   * @throws BufferUnderflowException if this is not what {@link #encode} wrote
   */
  static Heard decode(ByteBuffer in, int count) {
    int dropped = Varints.getSize(in, Batch.MAX_BYTES);
    if (count < 0) {
      throw new BufferUnderflowException();
    }
    var unheard = new BitSet(0);
    int sequences = count + dropped;
    boolean heard = true;
    for (int at = 0; dropped > 0 && at < sequences; heard = !heard) {
      int to = at + Varints.getSize(in, sequences - at);
      if (!heard) {
        unheard.set(at, to);
      }
      at = to;
    }
    if (unheard.cardinality() != dropped) {
      throw new BufferUnderflowException();
    }
    return new Heard(sequences, unheard);
  }
}

package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which messages of each producer were heard, so that a repeat gets the answer that the first one
 * got. Bounded: what is oldest is forgotten first, and whoever asks for it is told so.
 */
final class HeardMessages {
  private static final int MAX_RANGES = 16_384;
  private static final int MAX_RANGES_OF_ONE = 4_096;

  private final Map<ProducerId, Memory> byProducer = new LinkedHashMap<>();
  private int ranges;

  /** Of one producer. */
  private static final class Memory {
    // What is before, nobody knows.
    private long knownFrom;
    private final RangeSet heard = new RangeSet();

    Memory(long knownFrom) {
      this.knownFrom = knownFrom;
    }

    void forgetBelow(long sequence) {
      knownFrom = Math.max(knownFrom, sequence);
      heard.removeBelow(sequence);
    }
  }

  /**
   * This was decided.
   *
   * @param before the last sequence of the producer that was decided before; -1: none that is known
   */
  void add(ProducerId producer, long firstSequence, Heard heard, long before) {
    // Out and in again: the order of the map is that of the last use.
    Memory known = byProducer.remove(producer);
    Memory memory = known == null ? new Memory(before + 1) : known;
    byProducer.put(producer, memory);
    ranges -= memory.heard.rangeCount();
    heard.forEachHeard((from, to) -> memory.heard.add(firstSequence + from, firstSequence + to));
    if (memory.heard.rangeCount() > MAX_RANGES_OF_ONE) {
      List<OffsetRange> all = memory.heard.toList();
      memory.forgetBelow(all.get(all.size() / 2).first());
    }
    ranges += memory.heard.rangeCount();
    forgetEldest();
  }

  private void forgetEldest() {
    if (byProducer.size() > ProducerTable.MAX_PRODUCERS) {
      var eldest = byProducer.values().iterator();
      ranges -= eldest.next().heard.rangeCount();
      eldest.remove();
    }
    var all = byProducer.values().iterator();
    while (ranges > MAX_RANGES && all.hasNext()) {
      Memory memory = all.next();
      int before = memory.heard.rangeCount();
      if (before > 1) {
        List<OffsetRange> kept = memory.heard.toList();
        memory.forgetBelow(kept.get(before - 1).first());
        ranges -= before - memory.heard.rangeCount();
      }
    }
  }

  /**
   * Which messages of a batch that was decided before were not heard.
   *
   * @throws QueueException OUTCOME_UNKNOWN if that was forgotten
   */
  List<SequenceRange> notHeard(ProducerId producer, long first, long end) throws QueueException {
    Memory memory = byProducer.get(producer);
    if (memory == null || first < memory.knownFrom) {
      throw QueueException.outcomeUnknown(
          "which of the messages " + first + " to " + (end - 1) + " were heard is forgotten");
    }
    var missing = new ArrayList<SequenceRange>();
    for (long at = memory.heard.firstMissing(first); at < end; ) {
      long to = memory.heard.firstPresent(at, end);
      missing.add(new SequenceRange(at, to - at));
      at = memory.heard.firstMissing(to);
    }
    return missing;
  }

  /** At most what {@link #encode} takes. */
  int encodedBytes() {
    return Varints.MAX_BYTES
        + byProducer.size() * (2 * Long.BYTES + 2 * Varints.MAX_BYTES)
        + ranges * 2 * Varints.MAX_BYTES;
  }

  void encode(ByteBuffer out) {
    Varints.put(out, byProducer.size());
    byProducer.forEach(
        (producer, memory) -> {
          out.putLong(producer.high()).putLong(producer.low());
          Varints.put(out, memory.knownFrom);
          List<OffsetRange> heard = memory.heard.toList();
          Varints.put(out, heard.size());
          long at = memory.knownFrom;
          for (OffsetRange range : heard) {
            Varints.put(out, range.first() - at);
            Varints.put(out, range.count());
            at = range.end();
          }
        });
  }

  void decode(ByteBuffer in) {
    int producers = Varints.getSize(in, ProducerTable.MAX_PRODUCERS);
    for (int i = 0; i < producers; i++) {
      var producer = new ProducerId(in.getLong(), in.getLong());
      var memory = new Memory(Varints.get(in));
      byProducer.put(producer, memory);
      int count = Varints.getSize(in, MAX_RANGES);
      long at = memory.knownFrom;
      for (int j = 0; j < count; j++) {
        long first = at + Varints.get(in);
        at = first + Varints.get(in);
        memory.heard.add(first, at);
      }
      ranges += memory.heard.rangeCount();
    }
  }
}

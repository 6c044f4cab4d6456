package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.SequenceRange;
import java.util.List;
import java.util.Map;

/** The messages of a confirmation that were dropped, as another producer has their keys. */
record NotHeard(List<SequenceRange> ranges, String topic, int partition) {
  boolean contains(long sequence) {
    for (SequenceRange range : ranges) {
      if (sequence >= range.getFirst() && sequence - range.getFirst() < range.getCount()) {
        return true;
      }
    }
    return false;
  }

  /** How many of these numbers they have, both ends included. */
  int count(long first, long last) {
    long count = 0;
    for (SequenceRange range : ranges) {
      long from = Math.max(first, range.getFirst());
      long to = Math.min(last, range.getFirst() + range.getCount() - 1);
      count += Math.max(0, to - from + 1);
    }
    return Math.toIntExact(count);
  }

  ArpeggioException why() {
    return new ArpeggioException(
        Reason.NOT_HEARD,
        "Another producer is heard for this key in " + topic + "/" + partition,
        Map.of("topic", topic, "partition", String.valueOf(partition)),
        null);
  }
}

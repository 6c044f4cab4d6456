package dev.arpeggio.queue;

/** Messages of one segment that a subscription delivers together. */
record Chunk(Lane lane, long first, int count, int redeliveries, Body body) {
  long end() {
    return first + count;
  }

  /** Index of the first one in the body. */
  int position() {
    return body.indexAtOrAfter(first);
  }

  Chunk shortenedTo(int messages) {
    return new Chunk(lane, first, messages, redeliveries, body);
  }

  Delivery toDelivery() {
    int at = position();
    return new Delivery(
        first, count, redeliveries, body.commitTimeMillis(at), body.slice(at, count));
  }
}

package dev.arpeggio.queue;

import java.util.function.Consumer;

/** Bodies for those who only look at them: they are not kept for it. */
final class Reading {
  private final Log log;
  private final SegmentReader reader;

  Reading(Log log, SegmentReader reader) {
    this.log = log;
    this.reader = reader;
  }

  Log log() {
    return log;
  }

  /**
   * Reads a segment of the log.
   *
   * @param gone runs instead if the log does not hold it any more
   */
  void body(Segment segment, Consumer<Body> read, Runnable gone) {
    Body resident = segment.body();
    if (resident != null) {
      read.accept(resident);
      return;
    }
    reader.read(
        segment,
        new SegmentReader.Reader() {
          @Override
          public void read(SegmentCodec.Decoded decoded) {
            read.accept(decoded.body());
          }

          @Override
          public void gone() {
            gone.run();
          }
        });
  }
}

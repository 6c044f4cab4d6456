package dev.arpeggio.queue;

import java.time.Duration;

/**
 * Reads segments back, from what this node read as a standby or else from ZooKeeper, and keeps
 * trying while that cannot be reached. Decodes what it reads; a segment that is damaged, or that is
 * missing for good although the log holds it, ends the partition.
 */
final class SegmentReader {
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int MISSES_UNTIL_CORRUPT = 10;

  private final OwnerContext context;
  private final PartitionId id;
  private final PartitionPaths paths;
  private final Log log;
  private final Events events;

  /** What the reader needs of the partition. */
  interface Events {
    /** Of the fence that holds now; segments of later epochs are foreign. */
    Epoch epoch();

    /** Of the fence too: tells this life of the topic from others. */
    long creationId();

    boolean hasEnded();

    /** A segment is not where it should be: perhaps it was deleted by a new owner. */
    void suspect();

    void corrupt(QueueException why);
  }

  /** Who wants the segment. */
  interface Reader {
    void read(SegmentCodec.Decoded decoded);

    /** The log does not hold the segment any more. */
    void gone();
  }

  SegmentReader(
      OwnerContext context, PartitionId id, PartitionPaths paths, Log log, Events events) {
    this.context = context;
    this.id = id;
    this.paths = paths;
    this.log = log;
    this.events = events;
  }

  void read(Segment segment, Reader reader) {
    byte[] warm = context.warm().take(id, events.creationId(), segment.name());
    if (warm == null) {
      read(segment, reader, 0);
      return;
    }
    // As if it came from the store: never before the caller has gone on.
    context
        .loop()
        .execute(
            () -> {
              if (events.hasEnded()) {
                return;
              }
              if (log.contains(segment)) {
                decode(segment, paths.segment(segment.name()), reader, warm);
              } else {
                reader.gone();
              }
            });
  }

  private void read(Segment segment, Reader reader, int misses) {
    String path = paths.segment(segment.name());
    context.zooKeeper().get(path, reply -> onReply(segment, path, reader, misses, reply));
  }

  private void onReply(
      Segment segment,
      String path,
      Reader reader,
      int misses,
      ZooKeeperPort.Reply<ZooKeeperPort.Node> reply) {
    if (events.hasEnded()) {
      return;
    }
    if (!log.contains(segment)) {
      reader.gone();
    } else if (reply.isOk()) {
      decode(segment, path, reader, reply.get().data());
    } else if (reply.code() == ZooKeeperPort.Code.NO_NODE) {
      if (misses + 1 == MISSES_UNTIL_CORRUPT) {
        events.corrupt(
            QueueException.storeCorrupt(path, "a segment in the middle of the log is missing"));
        return;
      }
      events.suspect();
      retry(segment, reader, misses + 1);
    } else if (reply.code() == ZooKeeperPort.Code.NO_AUTH) {
      events.corrupt(QueueException.unexpected(path, reply.code()));
    } else {
      retry(segment, reader, misses);
    }
  }

  private void decode(Segment segment, String path, Reader reader, byte[] content) {
    SegmentCodec.Decoded decoded;
    try {
      decoded = SegmentCodec.decode(path, segment.name(), events.epoch(), content);
    } catch (QueueException e) {
      events.corrupt(e);
      return;
    }
    reader.read(decoded);
  }

  private void retry(Segment segment, Reader reader, int misses) {
    context
        .loop()
        .schedule(
            RETRY,
            () -> {
              if (!events.hasEnded()) {
                read(segment, reader, misses);
              }
            });
  }
}

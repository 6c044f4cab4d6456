package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the znodes of one partition say, for those who watch it from outside. Lives in the package
 * of the partition because the formats are hidden there, but in the simulator's jar alone.
 */
public final class StoredPartition {
  private final PartitionPaths paths;

  public StoredPartition(PartitionId id) {
    this.paths = new PartitionPaths(id);
  }

  /** A znode of the partition. */
  public sealed interface Content {
    /** Somebody owns it: a change of this znode is a change of the epoch. */
    record Owner() implements Content {}

    /**
     * Messages by offset.
     *
     * @param covered of these offsets, some may have no message any more
     * @param timesMillis when each was committed
     * @param current whether it was made under the epoch that was asked for, or else before
     */
    record Segment(
        OffsetRange covered,
        SortedMap<Long, String> texts,
        SortedMap<Long, Long> timesMillis,
        boolean current)
        implements Content {}

    /** What a subscription has acknowledged, and what of it is on its way to other topics. */
    record Cursor(
        String subscription, long floor, List<OffsetRange> acknowledged, List<OffsetRange> moving)
        implements Content {}

    /** Where the log starts. */
    record Start(long offset) implements Content {}

    /** A part of the house, without content of its own. */
    record Furniture() implements Content {}
  }

  /** Whether a path belongs to the partition. */
  public boolean holds(String path) {
    return path.equals(paths.owner()) || path.startsWith(paths.owner() + "/");
  }

  public String ownerPath() {
    return paths.owner();
  }

  public String cursorPath(String subscription) {
    return paths.subscription(subscription);
  }

  /**
   * Reads a znode of the partition.
   *
   * @throws QueueException STORE_CORRUPT, also for a segment of a later epoch than this
   */
  public Content read(String path, byte[] data, long epoch) throws QueueException {
    if (path.equals(paths.owner())) {
      return new Content.Owner();
    } else if (path.equals(paths.producers())) {
      return new Content.Start(ProducerTable.decode(path, data).logStart());
    } else if (path.startsWith(paths.subscriptions() + "/")) {
      Cursor cursor = Cursor.decode(path, data);
      String name = path.substring(paths.subscriptions().length() + 1);
      List<OffsetRange> moving =
          cursor.lanes().stream()
              .flatMap(lane -> lane.moves().stream())
              .map(move -> new OffsetRange(move.first(), move.count()))
              .toList();
      return new Content.Cursor(name, cursor.floor(), cursor.acknowledged(), moving);
    }
    SegmentName name = segmentName(path);
    return name == null ? new Content.Furniture() : segment(path, name, data, epoch);
  }

  private static Content segment(String path, SegmentName name, byte[] data, long epoch)
      throws QueueException {
    SegmentCodec.Decoded decoded = SegmentCodec.decode(path, name, new Epoch(epoch), data);
    SortedMap<Long, String> texts = new TreeMap<>();
    SortedMap<Long, Long> times = new TreeMap<>();
    Body body = decoded.body();
    for (int i = 0; i < body.count(); i++) {
      texts.put(body.offset(i), texts(body.slice(i, 1)).get(0));
      times.put(body.offset(i), body.commitTimeMillis(i));
    }
    boolean current = epoch == 0 || !isReadable(path, name, data, epoch - 1);
    return new Content.Segment(new OffsetRange(name.first(), name.span()), texts, times, current);
  }

  // A segment can be read by its own epoch and by every later one.
  private static boolean isReadable(String path, SegmentName name, byte[] data, long epoch) {
    try {
      SegmentCodec.Decoded unused = SegmentCodec.decode(path, name, new Epoch(epoch), data);
      return true;
    } catch (QueueException e) {
      return false;
    }
  }

  /** The offsets that a segment covers; null if the path is not that of a segment. */
  public @Nullable OffsetRange segment(String path) throws QueueException {
    SegmentName name = segmentName(path);
    return name == null ? null : new OffsetRange(name.first(), name.span());
  }

  private @Nullable SegmentName segmentName(String path) throws QueueException {
    if (!path.startsWith(paths.log() + "/")) {
      return null;
    }
    String below = path.substring(paths.log().length() + 1);
    int slash = below.indexOf('/');
    return slash < 0
        ? null
        : SegmentName.parse(
            SegmentName.parseBucket(below.substring(0, slash), path),
            below.substring(slash + 1),
            path);
  }

  // ---- Messages.

  /**
   * A batch of messages.
   *
   * @param understood what whoever takes it makes of each
   */
  public static Batch batch(
      ProducerId producer,
      long firstSequence,
      List<Sample> samples,
      UnaryOperator<Sample> understood) {
    List<byte[]> encoded =
        samples.stream().map(s -> understood.apply(s).encoded(s.text())).toList();
    ByteBuffer frames = ByteBuffer.allocate(encoded.stream().mapToInt(e -> e.length).sum());
    encoded.forEach(frames::put);
    return new Batch(producer, firstSequence, samples.size(), frames.flip());
  }

  /** The texts of such messages. */
  public static List<String> texts(ByteBuffer frames) {
    List<String> texts = new ArrayList<>();
    ByteBuffer in = frames.duplicate();
    while (in.hasRemaining()) {
      texts.add(Sample.nextText(in));
    }
    return texts;
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One multi of an owner, from its making until its outcome is known. */
final class Commit {
  /**
   * Most that the operations of a commit may take, of the 1,048,575 bytes that ZooKeeper accepts.
   */
  static final int MAX_BYTES = 512 * 1024;

  private static final int OPERATION_BYTES = 64;

  private final List<Op> operations = new ArrayList<>();
  private final List<CursorWrite> cursors = new ArrayList<>();
  private int bytes;
  private List<PendingAppend> appends = List.of();
  private @Nullable Segment segment;
  private SegmentCodec.@Nullable Encoded encoded;
  private @Nullable Compaction compaction;
  private long trimTo;
  private long producersKnownTo;

  /** A subscription's state, as of a version, that this commit stores. */
  record CursorWrite(Subscription subscription, long version) {}

  Commit(Fence fence) {
    fence.checks().forEach(this::add);
  }

  int room() {
    return MAX_BYTES - bytes;
  }

  /** What its operations take, at most. */
  int bytes() {
    return bytes;
  }

  static int cost(String path, int dataBytes) {
    return OPERATION_BYTES + path.length() + dataBytes;
  }

  void add(Op operation) {
    int data = 0;
    if (operation instanceof Op.Create create) {
      data = create.data().length;
    } else if (operation instanceof Op.Set set) {
      data = set.data().length;
    }
    bytes += cost(operation.path(), data);
    if (bytes > MAX_BYTES) {
      throw new IllegalStateException("a commit of " + bytes + " bytes");
    }
    operations.add(operation);
  }

  void addSegment(
      String path, Segment added, SegmentCodec.Encoded content, List<PendingAppend> of) {
    add(new Op.Create(path, content.content()));
    segment = added;
    encoded = content;
    appends = of;
  }

  /** Batches of which nothing is stored: that nobody else owns the partition decides for them. */
  void addUnheard(List<PendingAppend> of) {
    appends = of;
  }

  /**
   * @param operation null: the znode is as it is to be
   */
  void addCursor(@Nullable Op operation, CursorWrite write) {
    if (operation != null) {
      add(operation);
    }
    cursors.add(write);
  }

  void setCompaction(Compaction of) {
    compaction = of;
  }

  @Nullable Compaction compaction() {
    return compaction;
  }

  /** It stores the producers of all segments before this offset. */
  void producersKnownTo(long offset) {
    producersKnownTo = offset;
  }

  long producersKnownTo() {
    return producersKnownTo;
  }

  /** The log starts at this offset once the commit has landed. */
  void trimTo(long offset) {
    trimTo = offset;
  }

  long trimTo() {
    return trimTo;
  }

  List<Op> operations() {
    return operations;
  }

  List<CursorWrite> cursors() {
    return cursors;
  }

  List<PendingAppend> appends() {
    return appends;
  }

  /** The batches in it that nobody has given up. */
  List<PendingAppend> unsettled() {
    return appends.stream().filter(append -> !append.isSettled()).toList();
  }

  @Nullable Segment segment() {
    return segment;
  }

  SegmentCodec.Encoded encoded() {
    var present = encoded;
    if (present == null) {
      throw new IllegalStateException("a commit without a segment");
    }
    return present;
  }
}

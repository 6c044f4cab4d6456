package dev.arpeggio.queue;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Contents of segments that a standby has read before it takes over, within a budget. Belongs to
 * one loop; {@link #partitions} may be read from any thread.
 *
 * <p>Nothing about correctness rests on it. The fence and the names of the segments are read after
 * the epoch was written, as in every takeover; only then is a content looked up here instead of in
 * ZooKeeper, and it is checked as if it came from there. A segment of the log's gap-free prefix is
 * never written again under its name, in one life of the topic; that life is part of the key.
 */
public final class WarmSegments {
  private final ByteBudget budget;
  private final ByteBudget.Share share;
  private final Map<PartitionId, Held> held = new LinkedHashMap<>();
  private long bytes;
  private volatile int partitions;

  private static final class Held {
    private final long creationId;
    private final Map<String, byte[]> contents = new TreeMap<>();

    private Held(long creationId) {
      this.creationId = creationId;
    }
  }

  /**
   * @param budget shared by all loops of a node
   */
  public WarmSegments(ByteBudget budget) {
    this.budget = budget;
    this.share = budget.share();
  }

  /** Holds nothing. */
  public static WarmSegments none() {
    return new WarmSegments(new ByteBudget(1));
  }

  /** Of how many partitions segments are held. */
  public int partitions() {
    return partitions;
  }

  /** How many segments are held. */
  int segments() {
    return held.values().stream().mapToInt(of -> of.contents.size()).sum();
  }

  /** Whether so much more may be held. */
  boolean hasRoom(long more) {
    return budget.usedBytes() + more <= budget.limitBytes();
  }

  boolean holds(PartitionId id, long creationId, SegmentName name) {
    Held of = held.get(id);
    return of != null && of.creationId == creationId && of.contents.containsKey(name.name());
  }

  /**
   * Takes a content in, unless there is no room.
   *
   * @param creationId of the partition's znode, read before the name of the segment was
   */
  void put(PartitionId id, long creationId, SegmentName name, byte[] content) {
    if (!hasRoom(content.length)) {
      return;
    }
    Held of = held.get(id);
    if (of == null || of.creationId != creationId) {
      drop(id);
      of = new Held(creationId);
      held.put(id, of);
    }
    byte[] before = of.contents.put(name.name(), content);
    count(content.length - (before == null ? 0 : before.length));
  }

  /** Hands a content over, if it is here; it is held here no more. */
  byte @Nullable [] take(PartitionId id, long creationId, SegmentName name) {
    Held of = held.get(id);
    if (of == null || of.creationId != creationId) {
      return null;
    }
    byte[] content = of.contents.remove(name.name());
    if (content != null) {
      count(-content.length);
    }
    return content;
  }

  /** Forgets all segments of a partition but these. */
  void retain(PartitionId id, Set<String> names) {
    Held of = held.get(id);
    if (of == null) {
      return;
    }
    long dropped = 0;
    for (Iterator<Map.Entry<String, byte[]>> i = of.contents.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, byte[]> entry = i.next();
      if (!names.contains(entry.getKey())) {
        dropped += entry.getValue().length;
        i.remove();
      }
    }
    count(-dropped);
  }

  /** Forgets a partition. */
  void drop(PartitionId id) {
    Held of = held.remove(id);
    if (of != null) {
      count(-of.contents.values().stream().mapToLong(content -> content.length).sum());
    }
  }

  private void count(long more) {
    bytes += more;
    partitions = held.size();
    share.set(bytes);
  }
}

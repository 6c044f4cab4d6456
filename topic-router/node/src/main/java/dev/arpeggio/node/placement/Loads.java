package dev.arpeggio.node.placement;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Placement;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which partitions lie with which members of a ring. Single-threaded. */
public final class Loads {
  private final IdSpace space;
  private final TreeMap<RingId, String> places = new TreeMap<>();
  private final SortedMap<String, SortedSet<PartitionId>> loads = new TreeMap<>();

  /**
   * @param members those of one ring; without any, nobody has anything
   */
  public Loads(
      IdSpace space, Collection<Peer> members, List<PartitionId> partitions, Placement placement) {
    this.space = space;
    for (Peer member : members) {
      places.put(member.id(), member.address());
      loads.put(member.address(), new TreeSet<>(Comparator.comparing(PartitionId::toString)));
    }
    if (!places.isEmpty()) {
      partitions.forEach(id -> at(placement.key(id)).add(id));
    }
  }

  /** How many partitions lie with each member, by its address. */
  public SortedMap<String, Integer> counts() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Map.Entry<String, SortedSet<PartitionId>> load : loads.entrySet()) {
      counts.put(load.getKey(), load.getValue().size());
    }
    return counts;
  }

  /** What lies with the member that owns this key, sorted; may be changed. */
  SortedSet<PartitionId> at(String key) {
    var next = places.ceilingEntry(space.hash(key));
    String owner = (next == null ? places.firstEntry() : next).getValue();
    return Objects.requireNonNull(loads.get(owner));
  }

  /** What lies with the member that has most; may be changed. */
  SortedSet<PartitionId> fullest() {
    return Collections.max(loads.values(), Comparator.comparing(Set::size));
  }

  int members() {
    return loads.size();
  }
}

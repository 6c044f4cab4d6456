package dev.arpeggio.simulator.hunt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The live members of a ring at one instant, by identifier in ascending order, each with its
 * successor list; lists that it is about to have may be added. Identifiers are below 2^63.
 * Immutable once built.
 */
final class Census {
  /** One list of one member; an absent tail is the padding. */
  static final class Entry {
    private final long id;
    private final long[] successors;

    /**
     * A list.
     *
     * @param id the member
     * @param successors identifiers, nearest first; the array is not copied
     */
    Entry(long id, long... successors) {
      this.id = id;
      this.successors = successors;
    }

    long id() {
      return id;
    }

    long[] successors() {
      return successors;
    }
  }

  private final long[] ids;
  private final List<Entry> entries;
  private final List<Entry> prospects;

  /**
   * Counts.
   *
   * @param entries one for each live member
   * @param prospects lists that members will have when an answer under way arrives
   */
  Census(List<Entry> entries, List<Entry> prospects) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::id));
    this.entries = List.copyOf(sorted);
    this.prospects = List.copyOf(prospects);
    this.ids = sorted.stream().mapToLong(Entry::id).toArray();
  }

  int size() {
    return ids.length;
  }

  long id(int member) {
    return ids[member];
  }

  Entry entry(int member) {
    return entries.get(member);
  }

  /** The lists of the members, and those that they may have soon. */
  List<Entry> allLists() {
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(prospects);
    return all;
  }

  /** The index of a live member, or -1. */
  int indexOf(long id) {
    int place = firstAtOrAfter(id);
    return place < ids.length && ids[place] == id ? place : -1;
  }

  /** The first live entry of a list as an index, or -1. */
  int best(Entry entry) {
    for (long successor : entry.successors()) {
      int index = indexOf(successor);
      if (index >= 0) {
        return index;
      }
    }
    return -1;
  }

  /** The number of members with an identifier below this one. */
  int firstAtOrAfter(long id) {
    int low = 0;
    int high = ids.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ids[middle] < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.simulator.zookeeper.WatchEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The watches of one session: at its server, or as the client remembers them. All but those on
 * {@code lasting} go with their first event; what several watches of a session would tell of one
 * change is told once.
 */
class WatchSet {
  private final TreeSet<String> data = new TreeSet<>();
  // Paths where there was nothing, as far as the client knows.
  private final TreeSet<String> absent = new TreeSet<>();
  private final TreeSet<String> children = new TreeSet<>();
  private final TreeSet<String> lasting = new TreeSet<>();

  void watchData(String path) {
    data.add(path);
  }

  void watchAbsent(String path) {
    absent.add(path);
  }

  void watchChildren(String path) {
    children.add(path);
  }

  void watchForEver(String path) {
    lasting.add(path);
  }

  boolean isEmpty() {
    return data.isEmpty() && absent.isEmpty() && children.isEmpty() && lasting.isEmpty();
  }

  WatchSet copy() {
    WatchSet copy = new WatchSet();
    copy.data.addAll(data);
    copy.absent.addAll(absent);
    copy.children.addAll(children);
    copy.lasting.addAll(lasting);
    return copy;
  }

  void clear() {
    data.clear();
    absent.clear();
    children.clear();
    lasting.clear();
  }

  /** What one change tells this session, in order. */
  List<WatchEvent> trigger(Change change) {
    List<WatchEvent> events = new ArrayList<>();
    String path = change.path();
    if (change instanceof Change.Changed) {
      node(Kind.DATA_CHANGED, path, events);
      return events;
    }
    boolean deleted = change instanceof Change.Deleted;
    node(deleted ? Kind.DELETED : Kind.CREATED, path, events);
    if (deleted && children.remove(path) && events.isEmpty()) {
      events.add(new WatchEvent(Kind.DELETED, path));
    }
    String parent = Tree.parent(path);
    boolean watched = children.remove(parent);
    if (watched || lasting.contains(parent)) {
      events.add(new WatchEvent(Kind.CHILDREN_CHANGED, parent));
    }
    return events;
  }

  private void node(Kind kind, String path, List<WatchEvent> events) {
    boolean asData = data.remove(path);
    boolean asAbsent = absent.remove(path);
    if (asData || asAbsent || lasting.contains(path)) {
      events.add(new WatchEvent(kind, path));
    }
  }

  /** The client heard of it: those watches are gone at its server. */
  void heard(WatchEvent event) {
    if (event.kind() != Kind.CHILDREN_CHANGED) {
      data.remove(event.path());
      absent.remove(event.path());
    }
    if (event.kind() == Kind.CHILDREN_CHANGED || event.kind() == Kind.DELETED) {
      children.remove(event.path());
    }
  }

  /**
   * Takes on what a client still waits for; what happened since it last heard of its server is told
   * at once.
   */
  List<WatchEvent> resume(WatchSet wanted, long seen, Tree tree) {
    List<WatchEvent> missed = new ArrayList<>();
    for (String path : wanted.data) {
      Tree.Znode znode = tree.find(path);
      if (znode == null) {
        missed.add(new WatchEvent(Kind.DELETED, path));
      } else if (znode.modifiedBy() > seen) {
        missed.add(new WatchEvent(Kind.DATA_CHANGED, path));
      } else {
        data.add(path);
      }
    }
    for (String path : wanted.absent) {
      if (tree.find(path) != null) {
        missed.add(new WatchEvent(Kind.CREATED, path));
      } else {
        absent.add(path);
      }
    }
    for (String path : wanted.children) {
      Tree.Znode znode = tree.find(path);
      if (znode == null) {
        missed.add(new WatchEvent(Kind.DELETED, path));
      } else if (znode.childrenBy() > seen) {
        missed.add(new WatchEvent(Kind.CHILDREN_CHANGED, path));
      } else {
        children.add(path);
      }
    }
    lasting.addAll(wanted.lasting);
    return missed;
  }
}

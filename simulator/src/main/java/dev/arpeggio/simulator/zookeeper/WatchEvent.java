package dev.arpeggio.simulator.zookeeper;

/** What a watch tells. */
public record WatchEvent(Kind kind, String path) {
  /** What happened at the path. */
  public enum Kind {
    CREATED,
    DELETED,
    DATA_CHANGED,
    CHILDREN_CHANGED
  }
}

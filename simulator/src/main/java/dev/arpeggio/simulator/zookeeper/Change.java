package dev.arpeggio.simulator.zookeeper;

/** One step of a transaction, as every server repeats it. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public sealed interface Change {
  String path();

  /**
   * A znode is there now.
   *
   * @param data not to be changed
   * @param ephemeralOwner session that it lives with; 0 if it is persistent
   */
  record Created(String path, byte[] data, long ephemeralOwner) implements Change {}

  /**
   * A znode has other data.
   *
   * @param data not to be changed
   */
  record Changed(String path, byte[] data) implements Change {}

  /** A znode is gone. */
  record Deleted(String path) implements Change {}
}

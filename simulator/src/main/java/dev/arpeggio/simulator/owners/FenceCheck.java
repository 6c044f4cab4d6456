package dev.arpeggio.simulator.owners;

/** Who may write: the node that changed the owner's record last, and nobody else. */
final class FenceCheck {
  private static final int NOBODY = -1;

  private int holder = NOBODY;
  private long epoch;

  long epoch() {
    return epoch;
  }

  /** Whether the partition belongs to this client of ZooKeeper, whatever others believe. */
  boolean isHeldBy(int client) {
    return holder == client;
  }

  void acquired(int client, long version) {
    if (version <= epoch) {
      throw new Breach(Rule.FENCED, "epoch " + version + " after epoch " + epoch);
    }
    holder = client;
    epoch = version;
  }

  void wrote(int client, String path) {
    if (client != holder) {
      throw new Breach(
          Rule.FENCED,
          "client " + client + " wrote " + path + " in epoch " + epoch + " of client " + holder);
    }
  }
}

package dev.arpeggio.queue;

/** The root of everything that Arpeggio keeps below its chroot. */
public final class Store {
  private Store() {}

  /**
   * Makes sure that the store exists in the one layout that this version knows.
   *
   * @param done fails with STORE_CORRUPT if {@code /format} names another layout, with
   *     STORE_UNAVAILABLE if ZooKeeper cannot be reached
   */
  public static void open(ZooKeeperPort zooKeeper, Completion<Done> done) {
    Skeleton.missing();
  }
}

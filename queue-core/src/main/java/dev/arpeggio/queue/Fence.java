package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.List;

/**
 * The right to write a partition, as every multi of its owner states it: nobody acquired it since,
 * and the topic is still the same one.
 *
 * @param creationId of the partition's znode
 */
record Fence(PartitionPaths paths, Epoch epoch, long creationId) {
  /** How many operations {@link #checks} puts in front of a multi. */
  static final int CHECKS = 2;

  List<Op> checks() {
    return List.of(
        new Op.Check(paths.owner(), Math.toIntExact(epoch.value())),
        new Op.Check(paths.incarnation(creationId), ZooKeeperPort.ANY_VERSION));
  }

  /** Whether the partition's znode says that nobody acquired it since. */
  boolean isHeld(ZooKeeperPort.Stat owner) {
    return owner.version() == epoch.value() && owner.creationId() == creationId;
  }

  /** Whether this answer means that the partition belongs to somebody else, or is gone. */
  static boolean isLost(ZooKeeperPort.MultiReply reply) {
    // No other operation of an owner names a version.
    return reply.code() == ZooKeeperPort.Code.BAD_VERSION
        || (reply.code() == ZooKeeperPort.Code.NO_NODE
            && reply.failedOperation() >= 0
            && reply.failedOperation() < CHECKS);
  }

  /**
   * Whether a znode that the owner does not know of stands in the way, or one that it may not
   * touch. Everything that could be the work of an earlier owner was looked at behind the fence, so
   * that a repeat would meet it again.
   */
  static boolean isObstructed(ZooKeeperPort.MultiReply reply) {
    return reply.failedOperation() >= 0
        && switch (reply.code()) {
          case NODE_EXISTS, NOT_EMPTY, NO_AUTH -> true;
          default -> false;
        };
  }
}

package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom ZooKeeper names as the owner of a partition. An owner stays named until somebody else takes
 * the partition, whether it lives or not.
 *
 * @param address host:port; empty: the partition was never owned
 */
public record Ownership(Optional<String> address, Epoch epoch) {

  /**
   * Reads it, as of now at the earliest.
   *
   * @param zooKeeper a port of the calling loop
   * @param done fails with PARTITION_NOT_FOUND, TOPIC_NOT_FOUND (it is being deleted),
   *     STORE_UNAVAILABLE, STORE_CORRUPT, STORE_FORBIDDEN
   */
  public static void read(ZooKeeperPort zooKeeper, PartitionId id, Completion<Ownership> done) {
    String path = new PartitionPaths(id).owner();
    // The server asked may lag behind the one that the owner writes to.
    zooKeeper.sync(
        path,
        synced -> {
          if (!synced.isOk() && synced.code().isOutcomeUnknown()) {
            done.failed(unavailable(path, synced.code()));
            return;
          }
          zooKeeper.get(
              path,
              reply -> {
                if (reply.isOk()) {
                  decode(id, path, reply.get(), done);
                } else if (reply.code() == Code.NO_NODE) {
                  done.failed(QueueException.partitionNotFound(id));
                } else if (reply.code().isOutcomeUnknown()) {
                  done.failed(unavailable(path, reply.code()));
                } else {
                  done.failed(QueueException.unexpected(path, reply.code()));
                }
              });
        });
  }

  private static void decode(
      PartitionId id, String path, ZooKeeperPort.Node node, Completion<Ownership> done) {
    @Nullable OwnerRecord record;
    try {
      record = OwnerRecord.decode(id, path, node.data());
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    done.succeeded(
        new Ownership(
            Optional.ofNullable(record).map(found -> found.owner().address()),
            new Epoch(node.stat().version())));
  }

  private static QueueException unavailable(String path, Code code) {
    return QueueException.storeUnavailable("cannot read " + path + ": " + code, null);
  }
}

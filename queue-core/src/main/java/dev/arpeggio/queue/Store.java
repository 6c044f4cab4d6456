package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.List;
import java.util.Map;

/** The root of everything that Arpeggio keeps below its chroot. */
public final class Store {
  private static final String FORMAT = "/format";
  private static final String KIND = "store";
  private static final String LAYOUT = "2";

  private Store() {}

  /**
   * Makes sure that the store exists in the one layout that this version knows.
   *
   * @param done fails with STORE_CORRUPT if {@code /format} names another layout or is not
   *     Arpeggio's, with STORE_FORBIDDEN if the credentials are of no use here, with
   *     STORE_UNAVAILABLE if ZooKeeper cannot be reached; calling again is safe
   */
  public static void open(ZooKeeperPort zooKeeper, Completion<Done> done) {
    zooKeeper.get(
        FORMAT,
        reply -> {
          if (reply.isOk()) {
            check(reply.get().data(), done);
          } else if (reply.code() == Code.NO_NODE) {
            create(zooKeeper, done);
          } else {
            done.failed(failed(FORMAT, reply.code()));
          }
        });
  }

  private static void create(ZooKeeperPort zooKeeper, Completion<Done> done) {
    List<Op> operations =
        List.of(
            new Op.Create(FORMAT, TextRecord.encode(KIND, Map.of("layout", LAYOUT))),
            new Op.Create(Members.MEMBERS, new byte[0]),
            new Op.Create(PartitionPaths.TOPICS, new byte[0]));
    zooKeeper.multi(
        operations,
        reply -> {
          if (reply.isOk()) {
            done.succeeded(Done.DONE);
          } else if (reply.code() == Code.NODE_EXISTS && reply.failedOperation() == 0) {
            // Another node was faster.
            open(zooKeeper, done);
          } else {
            // Where nothing is told, it is the first that is tried.
            int failed = Math.max(0, reply.failedOperation());
            done.failed(failed(operations.get(failed).path(), reply.code()));
          }
        });
  }

  private static void check(byte[] format, Completion<Done> done) {
    try {
      String layout = TextRecord.decode(FORMAT, KIND, format).text("layout");
      if (!layout.equals(LAYOUT)) {
        throw QueueException.storeCorrupt(
            FORMAT, "layout " + layout + "; this version knows " + LAYOUT);
      }
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    done.succeeded(Done.DONE);
  }

  private static QueueException failed(String path, Code code) {
    return code.isOutcomeUnknown()
        ? QueueException.storeUnavailable("cannot open the store: " + code, null)
        : QueueException.unexpected(path, code);
  }
}

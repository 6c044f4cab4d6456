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
   * @param done fails with STORE_CORRUPT if {@code /format} names another layout, with
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
            done.failed(unavailable(reply.code()));
          }
        });
  }

  private static void create(ZooKeeperPort zooKeeper, Completion<Done> done) {
    zooKeeper.multi(
        List.of(
            new Op.Create(FORMAT, TextRecord.encode(KIND, Map.of("layout", LAYOUT))),
            new Op.Create(Members.MEMBERS, new byte[0]),
            new Op.Create(PartitionPaths.TOPICS, new byte[0])),
        reply -> {
          if (reply.isOk()) {
            done.succeeded(Done.DONE);
          } else if (reply.code() == Code.NODE_EXISTS && reply.failedOperation() == 0) {
            // Another node was faster.
            open(zooKeeper, done);
          } else {
            done.failed(unavailable(reply.code()));
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

  private static QueueException unavailable(Code code) {
    return code.isOutcomeUnknown()
        ? QueueException.storeUnavailable("cannot open the store: " + code, null)
        : QueueException.internal("cannot open the store: " + code);
  }
}

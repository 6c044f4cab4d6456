package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.TreeMap;

/**
 * The one placement that all nodes go by, in a znode of its own. Belongs to the port's loop; keeps
 * no state.
 *
 * <p>A placement is replaced in one write, on the condition that it is still the one that the
 * writer read. Nodes that read it at different moments disagree for as long, as they do while the
 * ring changes: the fence of each partition keeps that harmless.
 */
public final class PlacementStore {
  static final String PATH = "/placement";
  private static final String KIND = "placement";

  private final ZooKeeperPort zooKeeper;

  public PlacementStore(ZooKeeperPort zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  /**
   * Reads the placement if it is another one than the one that is known.
   *
   * @param done gets the known one if it still holds; fails with STORE_UNAVAILABLE, STORE_CORRUPT,
   *     STORE_FORBIDDEN
   */
  public void refresh(Placement known, Completion<Placement> done) {
    zooKeeper.exists(
        PATH,
        reply -> {
          if (reply.isOk()) {
            if (reply.get().equals(known.stored())) {
              done.succeeded(known);
            } else {
              read(done);
            }
          } else if (reply.code() == Code.NO_NODE) {
            done.succeeded(Placement.byName());
          } else {
            done.failed(failedRead(reply.code()));
          }
        });
  }

  private void read(Completion<Placement> done) {
    zooKeeper.get(
        PATH,
        reply -> {
          if (reply.isOk()) {
            Placement placement;
            try {
              placement = decode(reply.get().data(), reply.get().stat());
            } catch (QueueException e) {
              done.failed(e);
              return;
            }
            done.succeeded(placement);
          } else if (reply.code() == Code.NO_NODE) {
            done.succeeded(Placement.byName());
          } else {
            done.failed(failedRead(reply.code()));
          }
        });
  }

  /**
   * Stores a placement over the one that it was made from.
   *
   * @param done gets false if that is not the stored one any more; fails with OUTCOME_UNKNOWN: read
   *     again; and with STORE_FORBIDDEN
   */
  public void replace(Placement placement, Completion<Boolean> done) {
    var fields = new TreeMap<String, String>();
    placement.numbers().forEach((id, number) -> fields.put(id, Integer.toString(number)));
    byte[] content = TextRecord.encode(KIND, fields);
    Stat stored = placement.stored();
    if (stored == null) {
      zooKeeper.create(
          PATH, content, Mode.PERSISTENT, reply -> replaced(reply.code(), Code.NODE_EXISTS, done));
    } else {
      zooKeeper.set(
          PATH, content, stored.version(), reply -> replaced(reply.code(), Code.BAD_VERSION, done));
    }
  }

  private static void replaced(Code code, Code overtaken, Completion<Boolean> done) {
    if (code == Code.OK) {
      done.succeeded(true);
    } else if (code == overtaken || code == Code.NO_NODE) {
      done.succeeded(false);
    } else {
      done.failed(TopicCatalog.failedWrite(PATH, code));
    }
  }

  private static Placement decode(byte[] content, Stat stat) throws QueueException {
    TextRecord record = TextRecord.decode(PATH, KIND, content);
    var numbers = new TreeMap<String, Integer>();
    for (String id : record.names()) {
      long number = record.number(id);
      if (number < 1 || number > Placement.MAX_NUMBER || numbers.size() == Placement.MAX_MOVED) {
        throw QueueException.storeCorrupt(PATH, id + " cannot have the number " + number);
      }
      numbers.put(id, (int) number);
    }
    return new Placement(numbers, stat);
  }

  private static QueueException failedRead(Code code) {
    return code.isOutcomeUnknown()
        ? QueueException.storeUnavailable("cannot read " + PATH + ": " + code, null)
        : QueueException.unexpected(PATH, code);
  }
}

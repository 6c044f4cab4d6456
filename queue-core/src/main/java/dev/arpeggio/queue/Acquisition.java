package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fence of a partition: writes the owner's record on top of the one it read, under the
 * condition that nobody wrote in between. From the moment of that write, every write of a former
 * owner fails, and every one that did not fail is visible.
 *
 * <p>An owner acquires again on top of its own record when it does not know what became of its
 * writes. A write of the record whose own outcome is unknown is recognised by its nonce.
 */
final class Acquisition {
  private static final int NONCE_BYTES = 16;

  private final OwnerContext context;
  private final PartitionId id;
  private final PartitionPaths paths;
  // The nonce of the fence that is held; null before the first.
  private @Nullable String held;
  // The nonce of an attempt that may have taken effect.
  private @Nullable String attempted;
  private int attemptedOn;

  /** How an acquisition ended. */
  interface Outcome {
    void acquired(Fence fence);

    /** The partition belongs to somebody else, is gone or damaged. */
    void refused(QueueException why);

    /** Nothing is known; acquire again. */
    void uncertain();
  }

  Acquisition(OwnerContext context, PartitionId id, PartitionPaths paths) {
    this.context = context;
    this.id = id;
    this.paths = paths;
  }

  void acquire(Outcome outcome) {
    // Another server may lag behind the one that was asked before.
    context
        .zooKeeper()
        .sync(
            paths.owner(),
            synced -> {
              if (synced.isOk()) {
                read(outcome);
              } else {
                outcome.uncertain();
              }
            });
  }

  private void read(Outcome outcome) {
    context
        .zooKeeper()
        .get(
            paths.owner(),
            reply -> {
              if (reply.isOk()) {
                onRead(reply.get(), outcome);
              } else if (reply.code() == Code.NO_NODE) {
                outcome.refused(
                    held == null
                        ? QueueException.partitionNotFound(id)
                        : QueueException.topicNotFound(id.topic()));
              } else {
                unclear(reply.code(), outcome);
              }
            });
  }

  private void onRead(ZooKeeperPort.Node node, Outcome outcome) {
    OwnerRecord record;
    try {
      record = OwnerRecord.decode(id, paths.owner(), node.data());
    } catch (QueueException e) {
      outcome.refused(e);
      return;
    }
    if (record != null && record.nonce().equals(attempted)) {
      acquired(record.nonce(), node.stat(), outcome);
    } else if (record != null && record.isFenced()) {
      onFenced(node.stat().version(), outcome);
    } else if (isTakenBySomebodyElse(record, node.stat().version())) {
      outcome.refused(
          record == null
              ? QueueException.topicNotFound(id.topic())
              : QueueException.notOwner(
                  id, record.owner().address(), new Epoch(node.stat().version())));
    } else {
      write(node.stat().version(), outcome);
    }
  }

  // Nobody is faster here: the partition is free. But whoever held the fence serves under a
  // configuration that is the topic's no more.
  private void onFenced(int version, Outcome outcome) {
    if (held == null) {
      write(version, outcome);
    } else {
      outcome.refused(QueueException.partitionsChanged(id.topic(), null));
    }
  }

  // At first, whoever owns it loses it, except to somebody who is faster at this moment. Later,
  // only the own record may be
  // there; a record without an owner then belongs to a topic that was created anew.
  private boolean isTakenBySomebodyElse(@Nullable OwnerRecord record, int version) {
    if (held != null) {
      return record == null || !record.nonce().equals(held);
    }
    return attempted != null && version != attemptedOn;
  }

  private void write(int version, Outcome outcome) {
    // The same in every attempt, so that one that was delayed is recognised as well.
    String nonce = attempted == null ? nonce() : attempted;
    attempted = nonce;
    attemptedOn = version;
    context
        .zooKeeper()
        .set(
            paths.owner(),
            new OwnerRecord(context.self(), nonce).encode(),
            version,
            reply -> {
              if (reply.isOk()) {
                acquired(nonce, reply.get(), outcome);
              } else if (reply.code() == Code.BAD_VERSION || reply.code() == Code.NO_NODE) {
                // Whose record is there now tells who was faster.
                read(outcome);
              } else {
                unclear(reply.code(), outcome);
              }
            });
  }

  private void unclear(Code code, Outcome outcome) {
    if (code.isOutcomeUnknown()) {
      outcome.uncertain();
    } else {
      outcome.refused(QueueException.unexpected(paths.owner(), code));
    }
  }

  private void acquired(String nonce, ZooKeeperPort.Stat stat, Outcome outcome) {
    held = nonce;
    attempted = null;
    outcome.acquired(new Fence(paths, new Epoch(stat.version()), stat.creationId()));
  }

  private String nonce() {
    var bytes = new byte[NONCE_BYTES];
    context.random().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}

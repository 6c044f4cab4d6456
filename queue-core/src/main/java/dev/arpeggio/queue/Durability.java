package dev.arpeggio.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a state that is stored now and then, and who waits for one of them to be on disk.
 *
 * <p>The version counts what has to be stored; a commit stores the newest and says so when it is
 * durable.
 */
final class Durability {
  private static final int MAX_WAITERS = 16_384;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final OwnerContext context;
  private final Runnable waiting;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private long version = 1;
  private long durableVersion;
  private boolean stored;

  /** Waits until a version of the state is durable. */
  private record Waiter(long version, long deadlineNanos, Completion<Done> done) {}

  private Durability(OwnerContext context, Runnable waiting) {
    this.context = context;
    this.waiting = waiting;
  }

  /**
   * Of a state that is not stored yet.
   *
   * @param waiting runs when somebody waits, until the write deadline at the latest
   */
  static Durability ofNew(OwnerContext context, Runnable waiting) {
    return new Durability(context, waiting);
  }

  /** Of a state that was just read. */
  static Durability ofStored(OwnerContext context, Runnable waiting) {
    var read = new Durability(context, waiting);
    read.stored = true;
    read.durableVersion = read.version;
    return read;
  }

  long version() {
    return version;
  }

  /** The newest version that is on disk. */
  long durableVersion() {
    return durableVersion;
  }

  /** The state has changed. */
  void advance() {
    version++;
  }

  /** Whether a commit on its way, or one that landed, has created the znode. */
  boolean isStored() {
    return stored;
  }

  void setStored(boolean exists) {
    stored = exists;
  }

  /** Whether the znode is known to exist. */
  boolean hasBeenStored() {
    return durableVersion > 0;
  }

  /** That version, and every one before, is on disk. */
  void durable(long onDisk) {
    durableVersion = Math.max(durableVersion, onDisk);
    while (!waiters.isEmpty() && waiters.getFirst().version() <= durableVersion) {
      waiters.removeFirst().done().succeeded(Done.DONE);
    }
  }

  /** Calls back once everything so far is durable. */
  void whenDurable(Completion<Done> done) {
    if (durableVersion >= version) {
      done.succeeded(Done.DONE);
    } else if (waiters.size() >= MAX_WAITERS) {
      done.failed(
          QueueException.limitExceeded("acknowledgements in progress", MAX_WAITERS, RETRY_AFTER));
    } else {
      long deadline = context.loop().nanoTime() + context.options().writeDeadline().toNanos();
      waiters.addLast(new Waiter(version, deadline, done));
      waiting.run();
    }
  }

  /** When the first of those who wait gives up; null if nobody waits. */
  @Nullable Long firstDeadlineNanos() {
    return waiters.isEmpty() ? null : waiters.getFirst().deadlineNanos();
  }

  void failWaiters(QueueException why) {
    while (!waiters.isEmpty()) {
      waiters.removeFirst().done().failed(why);
    }
  }
}

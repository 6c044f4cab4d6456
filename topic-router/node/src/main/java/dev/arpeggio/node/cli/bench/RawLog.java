package dev.arpeggio.node.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * The baseline: ZooKeeper's own client, asynchronous, doing nothing but the transactions that a
 * partition's log consists of - check the fence, create a segment - with several in flight. Used by
 * one thread.
 */
public final class RawLog implements AutoCloseable {
  private static final String FENCE = "/bench-raw";
  private static final int SESSION_MILLIS = 30_000;
  private static final long CONNECT_SECONDS = 30;
  private static final int DELETES_IN_FLIGHT = 64;

  private final ZooKeeper zooKeeper;
  private final Random random = new Random(1);
  private final List<String> written = new ArrayList<>();
  private long segments;

  private RawLog(ZooKeeper zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  /** Connects, and makes the fence, which must not exist. */
  public static RawLog open(String connectString)
      throws IOException, InterruptedException, KeeperException, TimeoutException {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper zooKeeper =
        new ZooKeeper(
            connectString,
            SESSION_MILLIS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    if (!connected.await(CONNECT_SECONDS, TimeUnit.SECONDS)) {
      zooKeeper.close();
      throw new TimeoutException("no connection to " + connectString);
    }
    zooKeeper.create(FENCE, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    return new RawLog(zooKeeper);
  }

  /**
   * Writes segments of one size, and returns once all are confirmed.
   *
   * @return nanoseconds
   */
  public long write(int count, int segmentBytes, int inFlight)
      throws InterruptedException, KeeperException {
    byte[] content = new byte[segmentBytes];
    random.nextBytes(content);
    Semaphore room = new Semaphore(inFlight);
    AtomicReference<KeeperException.Code> failure = new AtomicReference<>();
    AsyncCallback.MultiCallback answered =
        (code, path, context, results) -> {
          if (code != KeeperException.Code.OK.intValue()) {
            failure.set(KeeperException.Code.get(code));
          }
          room.release();
        };
    long started = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      zooKeeper.multi(operations(content), answered, null);
    }
    room.acquire(inFlight);
    long nanos = System.nanoTime() - started;
    if (failure.get() != null) {
      throw KeeperException.create(failure.get());
    }
    return nanos;
  }

  /**
   * Writes segments one at a time.
   *
   * @return nanoseconds of each
   */
  public long[] latencies(int count, int segmentBytes)
      throws InterruptedException, KeeperException {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = write(1, segmentBytes, 1);
    }
    return nanos;
  }

  private List<Op> operations(byte[] content) {
    String path = FENCE + "/" + segments++;
    written.add(path);
    return List.of(
        Op.check(FENCE, 0), Op.create(path, content, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
  }

  /** Deletes what was written. */
  public void clear() throws InterruptedException {
    Semaphore room = new Semaphore(DELETES_IN_FLIGHT);
    for (String path : written) {
      room.acquire();
      zooKeeper.delete(path, -1, (code, deleted, context) -> room.release(), null);
    }
    room.acquire(DELETES_IN_FLIGHT);
    written.clear();
  }

  @Override
  public void close() {
    try {
      zooKeeper.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.QueueException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/** Creates the path in a connect string, which a client that is confined to it could not. */
final class Chroot {
  private static final long RETRY_MILLIS = 50;

  private Chroot() {}

  private enum Found {
    ABSENT,
    THERE,
    /** There, and not for these credentials: what is below may be. */
    CLOSED
  }

  /**
   * Does nothing if the connect string has no path.
   *
   * @param deadline by the system's nanosecond clock
   */
  static void create(String connectString, ZooKeeperAccess access, int timeoutMillis, long deadline)
      throws QueueException, IOException, InterruptedException {
    int slash = connectString.indexOf('/');
    if (slash < 0 || slash == connectString.length() - 1) {
      return;
    }
    String chroot = connectString.substring(slash);
    PathUtils.validatePath(chroot);
    var answer = new CountDownLatch(1);
    var bootstrap =
        new ZooKeeper(
            connectString.substring(0, slash),
            timeoutMillis,
            event -> {
              KeeperState state = event.getState();
              if (state == KeeperState.SyncConnected || state == KeeperState.AuthFailed) {
                answer.countDown();
              }
            });
    try {
      access.introduce(bootstrap);
      if (!answer.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw unreachable(connectString, null);
      }
      for (int end = chroot.indexOf('/', 1); ; end = chroot.indexOf('/', end + 1)) {
        String path = end < 0 ? chroot : chroot.substring(0, end);
        Found found = createIfAbsent(bootstrap, path, access, connectString, deadline);
        if (end < 0) {
          if (found == Found.CLOSED) {
            throw QueueException.storeForbidden(path, access.toString());
          }
          return;
        }
      }
    } finally {
      bootstrap.close();
    }
  }

  private static Found createIfAbsent(
      ZooKeeper bootstrap, String path, ZooKeeperAccess access, String connectString, long deadline)
      throws QueueException, InterruptedException {
    while (true) {
      try {
        Found found = look(bootstrap, path);
        if (found == Found.ABSENT) {
          bootstrap.create(path, new byte[0], access.acl(), CreateMode.PERSISTENT);
        }
        return found;
      } catch (KeeperException.NodeExistsException e) {
        return Found.THERE;
      } catch (KeeperException.NoAuthException
          | KeeperException.InvalidACLException
          | KeeperException.AuthFailedException e) {
        throw QueueException.storeForbidden(path, access.toString());
      } catch (KeeperException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw unreachable(connectString, e);
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  // Not by creating it: where it is there, the right to create in its parent may be missing.
  private static Found look(ZooKeeper bootstrap, String path)
      throws KeeperException, InterruptedException {
    try {
      return bootstrap.exists(path, false) == null ? Found.ABSENT : Found.THERE;
    } catch (KeeperException.NoAuthException e) {
      return Found.CLOSED;
    }
  }

  static QueueException unreachable(String connectString, @Nullable Throwable cause) {
    return QueueException.storeUnavailable(
        "no ZooKeeper server answers at " + connectString, cause);
  }
}

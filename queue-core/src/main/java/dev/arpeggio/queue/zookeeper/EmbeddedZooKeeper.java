package dev.arpeggio.queue.zookeeper;

import java.io.IOException;
import java.nio.file.Path;

/** A ZooKeeper server in this process, durable in a directory. */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private EmbeddedZooKeeper() {}

  /**
   * Starts a server and waits until it serves.
   *
   * @param directory created if it does not exist; holds everything that the server knows
   * @param port 0: any free one
   * @throws IOException if the port is in use ({@link java.net.BindException}) or the directory
   *     unusable
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static EmbeddedZooKeeper start(Path directory, String host, int port)
      throws IOException, InterruptedException {
    return dev.arpeggio.queue.Skeleton.missing();
  }

  /** What a client connects to. */
  public String connectString() {
    return dev.arpeggio.queue.Skeleton.missing();
  }

  public int port() {
    return dev.arpeggio.queue.Skeleton.missing();
  }

  /** Stops the server; its data stay. */
  @Override
  public void close() {
    dev.arpeggio.queue.Skeleton.missing();
  }
}

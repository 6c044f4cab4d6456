package dev.arpeggio.queue.zookeeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.util.ServiceUtils;

/**
 * A standalone ZooKeeper server in this process, durable in a directory that it holds for itself
 * while it runs.
 *
 * <p>Every write is on disk before it is confirmed. ZooKeeper's own embedding class is not used: it
 * hides a failure to bind behind a timeout, returns from closing while the log is still open, and
 * purges at most hourly, in which time a busy queue writes hundreds of gigabytes. Safe for use by
 * several threads.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EmbeddedZooKeeper.class.getName());
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 30;
  private static final int SNAPSHOTS_KEPT = 3;

  private final String host;
  private final FileChannel lock;
  private final Thread thread;
  private final ScheduledExecutorService purger;
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private final CompletableFuture<Started> started = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closing;

  private record Started(EmbeddedServer server, int port) {}

  private EmbeddedZooKeeper(String host, FileChannel lock, ServerConfig config, Path directory) {
    this.host = host;
    this.lock = lock;
    this.thread = new Thread(() -> run(config, directory), "zookeeper-server");
    thread.setDaemon(true);
    this.purger =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var created = new Thread(task, "zookeeper-purge");
              created.setDaemon(true);
              return created;
            });
  }

  /**
   * Starts a server and waits until it serves.
   *
   * @param directory created if it does not exist; holds everything that the server knows
   * @param host a name or address of this machine
   * @param port 0: any free one
   * @throws IOException if the port is in use ({@link java.net.BindException}), or the directory is
   *     unusable or in use
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static EmbeddedZooKeeper start(Path directory, String host, int port)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    FileChannel lock = lock(directory);
    try {
      // The server asks for this when it ends, for whatever reason; the process around it has other
      // work.
      ServiceUtils.setSystemExitProcedure(ServiceUtils.LOG_ONLY);
      // It would compute checksums of every znode's data twice, to compare servers that there are
      // not; transactions and segments have checksums of their own.
      ZooKeeperServer.setDigestEnabled(false);
      var embedded =
          new EmbeddedZooKeeper(host, lock, configuration(directory, host, port), directory);
      embedded.awaitStart(directory);
      return embedded;
    } catch (IOException | InterruptedException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    var channel =
        FileChannel.open(
            directory.resolve("in-use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException(directory + " is in use by another server of this process", e);
    }
    channel.close();
    throw new IOException(directory + " is in use by another process");
  }

  private static ServerConfig configuration(Path directory, String host, int port)
      throws IOException {
    var properties = new Properties();
    properties.setProperty("dataDir", directory.toAbsolutePath().toString());
    properties.setProperty("clientPort", Integer.toString(port));
    properties.setProperty("clientPortAddress", host);
    properties.setProperty("maxClientCnxns", "0");
    properties.setProperty("tickTime", "1000");
    properties.setProperty("minSessionTimeout", "1000");
    properties.setProperty("maxSessionTimeout", "60000");
    properties.setProperty("forceSync", "yes");
    properties.setProperty("admin.enableServer", "false");
    properties.setProperty("4lw.commands.whitelist", "");
    // Transactions are large here: by count alone, a log would grow to 50 GB before it is cut.
    properties.setProperty("snapSizeLimitInKb", Integer.toString(1 << 20));
    var peer = new QuorumPeerConfig();
    try {
      peer.parseProperties(properties);
    } catch (QuorumPeerConfig.ConfigException e) {
      throw new IOException("cannot run ZooKeeper in " + directory, e);
    }
    var config = new ServerConfig();
    config.readFrom(peer);
    return config;
  }

  private void run(ServerConfig config, Path directory) {
    Exception why = new IOException("the server ended before it served");
    try {
      serve(config);
    } catch (Exception e) {
      why = e;
    }
    if (!started.completeExceptionally(why) && !closing) {
      // The server says no more than that, except to the log.
      failure.complete("the ZooKeeper server in " + directory + " ended by itself");
    }
  }

  private void serve(ServerConfig config) throws IOException, InterruptedException {
    var log = new FileTxnSnapLog(config.getDataLogDir(), config.getDataDir());
    try {
      var server = new EmbeddedServer(log, config, ended::countDown);
      ServerCnxnFactory sockets = ServerCnxnFactory.createFactory();
      try {
        sockets.configure(
            config.getClientPortAddress(),
            config.getMaxClientCnxns(),
            config.getClientPortListenBacklog(),
            false);
        sockets.startup(server);
        started.complete(new Started(server, sockets.getLocalPort()));
        ended.await();
      } finally {
        sockets.shutdown();
      }
      sockets.join();
      server.shutdown(true);
    } finally {
      log.close();
    }
  }

  private void awaitStart(Path directory) throws IOException, InterruptedException {
    thread.start();
    try {
      started.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      stop();
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("cannot run ZooKeeper in " + directory, e.getCause());
    } catch (TimeoutException e) {
      stop();
      throw new IOException("ZooKeeper did not start within " + START_SECONDS + " seconds", e);
    } catch (InterruptedException e) {
      stop();
      throw e;
    }
    // It catches everything itself.
    var unused = purger.scheduleWithFixedDelay(() -> purge(directory), 1, 1, TimeUnit.MINUTES);
  }

  private static void purge(Path directory) {
    try {
      PurgeTxnLog.purge(directory.toFile(), directory.toFile(), SNAPSHOTS_KEPT);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot purge old ZooKeeper logs in " + directory, e);
    }
  }

  /** What a client connects to. */
  public String connectString() {
    String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return name + ":" + port();
  }

  public int port() {
    return started.join().port();
  }

  /** For sessions within this process. */
  EmbeddedServer server() {
    return started.join().server();
  }

  /**
   * Completes, with a sentence, if the server ends although nobody closed it, as it does when it
   * cannot write any more. To be closed it remains.
   */
  public CompletableFuture<String> failure() {
    return failure.copy();
  }

  /** Stops the server and waits for it; its data stay. */
  @Override
  public void close() throws IOException {
    stop();
    lock.close();
  }

  private void stop() {
    closing = true;
    purger.shutdownNow();
    ended.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.log(System.Logger.Level.WARNING, "the embedded ZooKeeper server has not ended yet");
    }
  }
}

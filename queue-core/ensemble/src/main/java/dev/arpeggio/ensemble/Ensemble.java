package dev.arpeggio.ensemble;

import dev.arpeggio.ensemble.EnsembleServer.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * ZooKeeper servers that form one ensemble on this machine, on the loopback interface, durable in a
 * directory. They force every write to disk before they answer, as in production; only their timing
 * is quicker.
 *
 * <p>Every process ends with {@link #close()}, and with the process that started it, however that
 * one ends. Thread-safe.
 */
public final class Ensemble implements AutoCloseable {
  /** A leader that is silent for so long is replaced. */
  public static final Duration SYNC_LIMIT = Duration.ofSeconds(3);

  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STARTS = 5;

  private final List<EnsembleServer> servers;

  private Ensemble(List<EnsembleServer> servers) {
    this.servers = List.copyOf(servers);
  }

  /**
   * Starts servers and waits until they serve.
   *
   * @param directory for configuration, data and logs
   * @param count 1 (a standalone server), 3 or 5
   * @throws IOException if they do not serve within a minute
   */
  public static Ensemble start(Path directory, int count) throws IOException {
    return start(directory, count, List.of());
  }

  /**
   * The same, with other JVMs: by default, they are small, and compile little.
   *
   * @param jvmOptions for the servers; they override the default ones
   * @throws IOException if they do not serve within a minute
   */
  public static Ensemble start(Path directory, int count, List<String> jvmOptions)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      var ensemble = new Ensemble(configure(directory, count, jvmOptions));
      try {
        ensemble.startAll();
        ensemble.awaitServing();
        return ensemble;
      } catch (IOException | RuntimeException e) {
        ensemble.close();
        // Most likely a port that was free was not any more.
        if (attempt == STARTS) {
          throw e;
        }
      }
    }
  }

  private static List<EnsembleServer> configure(Path directory, int count, List<String> jvmOptions)
      throws IOException {
    if (count != 1 && count != 3 && count != 5) {
      throw new IllegalArgumentException("an ensemble of " + count + " servers");
    }
    var free = new FreePorts();
    var members = new StringBuilder();
    for (int id = 1; count > 1 && id <= count; id++) {
      members.append("server.%d=127.0.0.1:%d:%d%n".formatted(id, free.next(), free.next()));
    }
    var servers = new ArrayList<EnsembleServer>();
    for (int id = 1; id <= count; id++) {
      Path data = Files.createDirectories(directory.resolve("data-" + id));
      Files.writeString(data.resolve("myid"), Integer.toString(id));
      int clientPort = free.next();
      Path configuration =
          Files.writeString(
              directory.resolve("zoo-" + id + ".cfg"), configuration(data, clientPort) + members);
      servers.add(new EnsembleServer(id, clientPort, configuration, jvmOptions));
    }
    return servers;
  }

  private static String configuration(Path data, int clientPort) {
    return String.join(
        System.lineSeparator(),
        "dataDir=" + data.toAbsolutePath(),
        "clientPort=" + clientPort,
        "clientPortAddress=127.0.0.1",
        "tickTime=" + TICK.toMillis(),
        "initLimit=40",
        "syncLimit=" + SYNC_LIMIT.dividedBy(TICK),
        "minSessionTimeout=1000",
        "maxSessionTimeout=60000",
        "maxClientCnxns=0",
        "forceSync=yes",
        "admin.enableServer=false",
        "4lw.commands.whitelist=srvr",
        "");
  }

  /** All of them, by id. */
  public List<EnsembleServer> servers() {
    return servers;
  }

  /** What a client connects to. */
  public String connectString() {
    return servers.stream()
        .map(server -> "127.0.0.1:" + server.clientPort())
        .collect(Collectors.joining(","));
  }

  /** The server that leads, or is alone; empty while there is none. */
  public Optional<EnsembleServer> leader() {
    return servers.stream()
        .filter(
            server -> {
              Role role = server.role();
              return role == Role.LEADER || role == Role.STANDALONE;
            })
        .findFirst();
  }

  /** A server that follows; empty while there is none. */
  public Optional<EnsembleServer> follower() {
    return servers.stream().filter(server -> server.role() == Role.FOLLOWER).findFirst();
  }

  /**
   * The server that leads, or is alone; waits until there is one.
   *
   * @throws IOException if that takes longer than a minute, or if a server ended by itself
   */
  public EnsembleServer awaitLeader() throws IOException {
    return await(this::leader);
  }

  /**
   * A server that follows; waits until there is one. One that did may not for a moment, when
   * another one is gone.
   *
   * @throws IOException if that takes longer than a minute, or if a server ended by itself
   */
  public EnsembleServer awaitFollower() throws IOException {
    return await(this::follower);
  }

  /**
   * Waits until every server that runs, and is not paused, has its place in the ensemble.
   *
   * @throws IOException if that takes longer than a minute, or if a server ended by itself
   */
  public void awaitServing() throws IOException {
    await(
        () ->
            leader()
                .filter(
                    leader ->
                        servers.stream()
                            .filter(server -> server.isRunning() && !server.isPaused())
                            .allMatch(server -> server.role() != Role.NONE)));
  }

  private <T> T await(Supplier<Optional<T>> wanted) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<T> found = wanted.get();
      if (found.isPresent()) {
        return found.get();
      }
      failIfOneEndedByItself();
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "the ensemble does not serve; "
                + servers.stream()
                    .map(server -> server + " said:\n" + server.lastWords())
                    .collect(Collectors.joining("\n")));
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  /**
   * Looks whether servers run as they should.
   *
   * @throws IOException if a server's process ended, and nobody ended it here
   */
  public void failIfOneEndedByItself() throws IOException {
    for (EnsembleServer server : servers) {
      if (server.endedByItself()) {
        throw new IOException(server + " ended by itself; it said:\n" + server.lastWords());
      }
    }
  }

  /**
   * Starts every server that does not run, resumes every one that is paused; does not wait.
   *
   * @throws IOException if one cannot be started, or has ended by itself before
   */
  public void startAll() throws IOException {
    failIfOneEndedByItself();
    for (EnsembleServer server : servers) {
      server.resume();
      server.start();
    }
  }

  /** SIGTERM for all of them. */
  public void stopAll() {
    servers.forEach(EnsembleServer::stop);
  }

  /** Stops one server after the other, and starts it again before the next. */
  public void restartOneByOne() throws IOException {
    for (EnsembleServer server : servers) {
      server.stop();
      server.start();
      awaitServing();
    }
  }

  /** Kills every server. */
  @Override
  public void close() {
    servers.forEach(EnsembleServer::kill);
  }
}

package dev.arpeggio.ensemble;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One server of an ensemble. Keeps its data and its ports when it is killed and started again.
 * Thread-safe.
 */
public final class EnsembleServer {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);
  private static final Pattern MODE = Pattern.compile("^Mode: (\\w+)$", Pattern.MULTILINE);

  /** What a server is in its ensemble. */
  public enum Role {
    LEADER,
    FOLLOWER,
    STANDALONE,
    /** Not running, paused, or without a quorum. */
    NONE
  }

  private final int id;
  private final int clientPort;
  private final Path configuration;
  private final Path log;
  private final List<String> command;
  private @Nullable Process process;
  private boolean paused;

  /**
   * @param configuration file of the server, complete
   * @param jvmOptions that come after its own
   */
  EnsembleServer(int id, int clientPort, Path configuration, List<String> jvmOptions) {
    this.id = id;
    this.clientPort = clientPort;
    this.configuration = configuration;
    this.log = configuration.resolveSibling("server-" + id + ".log");
    this.command = ServerCommand.of(jvmOptions, configuration);
  }

  /** 1 to the number of servers. */
  public int id() {
    return id;
  }

  /** Where clients connect, on the loopback interface. */
  public int clientPort() {
    return clientPort;
  }

  /** What the server says, from all its lives. */
  public Path log() {
    return log;
  }

  /** Starts the process, if it does not run, and does not wait until it serves. */
  public synchronized void start() throws IOException {
    if (isRunning()) {
      return;
    }
    paused = false;
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
  }

  /** SIGKILL; returns once the process is gone. */
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
      process = null;
    }
  }

  /** SIGTERM; returns once the process is gone. */
  public synchronized void stop() {
    if (process != null) {
      resume();
      process.destroy();
      process.onExit().join();
      process = null;
    }
  }

  /** SIGSTOP: the process keeps its connections, and does nothing. */
  public synchronized void pause() {
    if (process != null && isRunning() && !paused) {
      Suspension.pause(process);
      paused = true;
    }
  }

  /** SIGCONT. */
  public synchronized void resume() {
    if (process != null && isRunning() && paused) {
      Suspension.resume(process);
      paused = false;
    }
  }

  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  public synchronized boolean isPaused() {
    return paused;
  }

  /** Whether the process ended, and nobody here ended it. */
  synchronized boolean endedByItself() {
    return process != null && !process.isAlive();
  }

  /** Asks the server, which takes up to a second if it does not answer. */
  public Role role() {
    if (!isRunning() || isPaused()) {
      return Role.NONE;
    }
    String answer;
    try {
      answer = ask("srvr");
    } catch (IOException e) {
      // On its way up, or down: nobody answers.
      return Role.NONE;
    }
    Matcher mode = MODE.matcher(answer);
    if (!mode.find()) {
      return Role.NONE;
    }
    return switch (mode.group(1)) {
      case "leader" -> Role.LEADER;
      case "follower" -> Role.FOLLOWER;
      case "standalone" -> Role.STANDALONE;
      default -> Role.NONE;
    };
  }

  private String ask(String word) throws IOException {
    int timeout = Math.toIntExact(ANSWER_TIMEOUT.toMillis());
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), timeout);
      socket.setSoTimeout(timeout);
      socket.getOutputStream().write(word.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  /** The last lines of the log, for messages. */
  String lastWords() {
    try {
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  @Override
  public String toString() {
    return "server " + id + " (" + configuration + ")";
  }
}

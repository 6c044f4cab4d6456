package dev.arpeggio.node.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.ensemble.Suspension;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A daemon in a process of its own, which can be killed, paused, and started again. Its process
 * dies with this one, however this one ends: it watches the pipe that is its standard input.
 * Thread-safe.
 */
public final class Daemon {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** Several of them fit on a machine. */
  private static final List<String> SMALL_JVM =
      List.of("-Xmx1g", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC");

  private static final List<String> MAIN =
      List.of("-cp", System.getProperty("java.class.path"), "dev.arpeggio.node.cli.Main");

  private final String name;
  private final List<String> command;
  private final Path log;
  private @Nullable Process process;
  private boolean retired;

  /**
   * A daemon that is not started yet.
   *
   * @param name for messages
   * @param arguments of the command line
   * @param log for what it says
   */
  public Daemon(String name, List<String> arguments, Path log) {
    this(name, SMALL_JVM, arguments, log);
  }

  /** The same with options of the JVM in place of those for a small one. */
  public Daemon(String name, List<String> jvmOptions, List<String> arguments, Path log) {
    this.name = name;
    this.command = new ArrayList<>(List.of(JAVA));
    command.addAll(archiveOfClasses());
    command.addAll(jvmOptions);
    command.addAll(MAIN);
    command.addAll(arguments);
    command.add("--exit-with-parent");
    this.log = log;
  }

  /** What this process starts quickly by serves one of the same class path too. */
  private static List<String> archiveOfClasses() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option -> option.startsWith("-XX:SharedArchiveFile=") || option.startsWith("-Xlog:cds"))
        .toList();
  }

  public String name() {
    return name;
  }

  /**
   * Starts it, and returns once it says that it serves.
   *
   * @param more arguments, for this time
   * @throws Failure if it ended instead
   */
  public void start(List<String> more) throws IOException, InterruptedException {
    Process started = launch(more);
    String ready;
    try (BufferedReader out = started.inputReader(UTF_8)) {
      ready = out.readLine();
    }
    if (ready == null) {
      throw new Failure(
          ExitCode.FAILED,
          name + " ended with exit code " + started.waitFor() + " before it served",
          "it said: " + lastWords());
    }
  }

  /** SIGKILL: the process gets no chance to do anything. Returns once it is dead. */
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  /**
   * SIGTERM: the process hands over and ends. Returns once it is gone.
   *
   * @return its exit code
   * @throws IllegalStateException if it was never started
   */
  public int stop() {
    Process ending = running();
    if (ending == null) {
      throw new IllegalStateException(name + " was never started");
    }
    // Process.destroy() would close the pipe that the process watches, and it would end at once.
    ending.toHandle().destroy();
    return ending.onExit().join().exitValue();
  }

  /** SIGSTOP: the process keeps its connections, and does nothing. */
  public void pause() {
    Process paused = running();
    if (paused != null) {
      Suspension.pause(paused);
    }
  }

  /** SIGCONT. */
  public void resume() {
    Process resumed = running();
    if (resumed != null) {
      Suspension.resume(resumed);
    }
  }

  /**
   * Completes with its exit code when its process, as it is now, has ended.
   *
   * @throws IllegalStateException if it was never started
   */
  public CompletableFuture<Integer> ended() {
    Process started = running();
    if (started == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return started.onExit().thenApply(Process::exitValue);
  }

  /**
   * The identity of its process.
   *
   * @throws IllegalStateException if it was never started
   */
  public long pid() {
    Process started = running();
    if (started == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return started.pid();
  }

  private synchronized @Nullable Process running() {
    return process;
  }

  /** Kills it and lets it never start again. */
  public synchronized void retire() {
    retired = true;
    kill();
  }

  private synchronized Process launch(List<String> more) throws IOException {
    if (retired) {
      throw new Failure(ExitCode.FAILED, name + " is not needed any more", "run the command again");
    }
    List<String> all = new ArrayList<>(command);
    all.addAll(more);
    process =
        new ProcessBuilder(all)
            .redirectError(Redirect.appendTo(log.toFile()))
            .redirectInput(Redirect.PIPE)
            .start();
    return process;
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return lines.isEmpty()
        ? "nothing"
        : lines.get(lines.size() - 1).replaceFirst("^arpeggio: ", "");
  }
}

package dev.arpeggio.ensemble;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Stops processes in the middle of whatever they do, and lets them go on. Stateless. */
public final class Suspension {
  private Suspension() {}

  /** SIGSTOP: the process keeps its connections, and does nothing. */
  public static void pause(Process process) {
    signal("STOP", process);
  }

  /** SIGCONT. */
  public static void resume(Process process) {
    signal("CONT", process);
  }

  private static void signal(String name, Process target) {
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + target.pid())
              .inheritIO()
              .start();
      if (!kill.waitFor(1, TimeUnit.MINUTES) || kill.exitValue() != 0) {
        throw new IllegalStateException("cannot send " + name + " to " + target.pid());
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot send " + name + " to " + target.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while sending " + name + " to " + target.pid(), e);
    }
  }
}

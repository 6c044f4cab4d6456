package dev.arpeggio.ensemble;

import java.io.IOException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * A ZooKeeper server that dies with the process that started it, however that one ends: standard
 * input is a pipe from there, and its end is noticed.
 */
final class ServerMain {
  private ServerMain() {}

  public static void main(String[] arguments) {
    var watch = new Thread(ServerMain::haltAtEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    QuorumPeerMain.main(arguments);
  }

  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // What it says does not matter.
      }
    } catch (IOException e) {
      System.err.println("lost the parent process: " + e.getMessage());
    }
    Runtime.getRuntime().halt(1);
  }
}

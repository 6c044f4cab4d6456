package dev.arpeggio.node.cli.local;

import java.io.IOException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * The main class of a process that is one server of a ZooKeeper ensemble. It ends when its standard
 * input does, and so with whoever started it, however that one ends.
 */
public final class EnsembleServer {
  private EnsembleServer() {}

  /**
   * Runs until the process ends.
   *
   * @param arguments the path of ZooKeeper's configuration
   */
  public static void main(String[] arguments) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is said to it.
                }
              } catch (IOException e) {
                System.err.println("standard input failed: " + e);
              }
              Runtime.getRuntime().halt(0);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
    QuorumPeerMain.main(arguments);
  }
}

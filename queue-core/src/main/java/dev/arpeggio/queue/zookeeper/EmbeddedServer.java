package dev.arpeggio.queue.zookeeper;

import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.RequestProcessor.RequestProcessorException;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * ZooKeeper's standalone server, which also takes requests from within this process. Safe for use
 * by several threads.
 */
final class EmbeddedServer extends ZooKeeperServer {
  private final Runnable onEnd;

  /**
   * A database that does not keep the last transactions in memory for servers that follow this one,
   * as there are none: of commits as large as ours, those are some hundred megabytes.
   */
  private static final class WithoutFollowers extends ZKDatabase {
    WithoutFollowers(FileTxnSnapLog log) {
      super(log);
    }

    @Override
    public void addCommittedProposal(Request request) {
      // Nobody asks for it.
    }
  }

  /**
   * @param onEnd called, perhaps more than once, when the server cannot go on or was shut down
   */
  EmbeddedServer(FileTxnSnapLog log, ServerConfig config, Runnable onEnd) {
    super(
        null,
        log,
        config.getTickTime(),
        config.getMinSessionTimeout(),
        config.getMaxSessionTimeout(),
        config.getClientPortListenBacklog(),
        new WithoutFollowers(log),
        "");
    this.onEnd = onEnd;
  }

  /**
   * Takes a request of a session that a connection elsewhere keeps alive: unlike those that come
   * through a socket, it says nothing of how long the session lives. Answers requests in the order
   * in which one thread submits them, and in their place among what came through the socket before.
   */
  void submitWithin(Request request) {
    try {
      firstProcessor.processRequest(request);
      incInProcess();
    } catch (RequestProcessorException e) {
      throw new IllegalStateException("the server queues whatever it is given", e);
    }
  }

  @Override
  protected void setState(State state) {
    super.setState(state);
    if (state == State.ERROR || state == State.SHUTDOWN) {
      onEnd.run();
    }
  }
}

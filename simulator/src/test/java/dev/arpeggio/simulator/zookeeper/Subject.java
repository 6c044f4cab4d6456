package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Node;
import dev.arpeggio.queue.ZooKeeperPort.Reply;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.List;
import java.util.function.Consumer;

/** A ZooKeeper that carries out a script: the model, or a real one. */
interface Subject extends AutoCloseable {
  /** Sends what {@code requests} asks of the session, and waits until everything is answered. */
  void burst(int session, int answers, Consumer<Client> requests) throws Exception;

  /** Waits until this session has heard all that there is to hear. */
  void flush(int session) throws Exception;

  /** Ends a session; the next one has the same number. */
  void end(int session) throws Exception;

  /** Expires a session; the next one has the same number. */
  void expire(int session) throws Exception;

  @Override
  void close();

  /** A session as a script uses it. */
  interface Client {
    ZooKeeperPort port();

    void get(String path, boolean watch, Consumer<Reply<Node>> callback);

    void children(String path, boolean watch, Consumer<Reply<List<String>>> callback);

    void exists(String path, boolean watch, Consumer<Reply<Stat>> callback);

    void watch(String path, Consumer<Reply<Done>> callback);
  }
}

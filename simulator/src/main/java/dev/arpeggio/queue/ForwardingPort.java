package dev.arpeggio.queue;

import java.util.List;
import java.util.function.Consumer;

/** Hands everything on. */
class ForwardingPort implements ZooKeeperPort {
  private final ZooKeeperPort port;

  ForwardingPort(ZooKeeperPort port) {
    this.port = port;
  }

  @Override
  public void get(String path, Consumer<Reply<Node>> callback) {
    port.get(path, callback);
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    port.children(path, callback);
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    port.exists(path, callback);
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    port.create(path, data, mode, callback);
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    port.set(path, data, expectedVersion, callback);
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    port.delete(path, expectedVersion, callback);
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    port.sync(path, callback);
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    port.multi(operations, callback);
  }

  @Override
  public Registration listen(SessionListener listener) {
    return port.listen(listener);
  }

  @Override
  public boolean isConnected() {
    return port.isConnected();
  }
}

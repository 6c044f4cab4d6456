package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.ZooKeeperPort;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node's ZooKeeper: the port that partitions use, with the watches that it leaves out, and what
 * can happen to the process and to its connection. Belongs to the node's loop; faults come from
 * outside of it.
 */
public final class ModelPort implements ZooKeeperPort {
  private final Client client;
  private final EventLoop loop;

  ModelPort(Client client, EventLoop loop) {
    this.client = client;
    this.loop = loop;
  }

  /** Which client of the ensemble it is. */
  public int number() {
    return client.number();
  }

  /** 0 before the first session, and while there is none. */
  public long session() {
    return client.session();
  }

  /** How many writes failed so that nobody knows whether they took effect. */
  public long unknownOutcomes() {
    return client.unknownOutcomes();
  }

  // ---- What can go wrong.

  /** From now on, what one side sends waits; the other side notices by its silence. */
  public void cut(boolean toServer, boolean toClient) {
    client.cut(toServer, toClient);
  }

  /** The way is free again. */
  public void heal() {
    client.heal();
  }

  /** The connection breaks, and both sides notice. */
  public void reset() {
    client.reset();
  }

  /** The process is gone, and its connection with it; its session stays until it expires. */
  public void kill() {
    client.kill();
  }

  /** Ends the session when everything so far is answered. What comes later finds it expired. */
  public void close(Runnable done) {
    client.close(done);
  }

  // ---- The port, and watches.

  @Override
  public void get(String path, Consumer<Reply<Node>> callback) {
    get(path, false, callback);
  }

  /** Reads, and hears of the next change of the data if there is a znode. */
  public void get(String path, boolean watch, Consumer<Reply<Node>> callback) {
    ask(
        new Call.Get(path, watch),
        answer -> {
          if (watch && answer.code() == Code.OK) {
            client.watches().watchData(path);
          }
          return answer instanceof Answer.Data data ? data.node() : null;
        },
        callback);
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    children(path, false, callback);
  }

  /** Reads, and hears of the next child that comes or goes. */
  public void children(String path, boolean watch, Consumer<Reply<List<String>>> callback) {
    ask(
        new Call.Children(path, watch),
        answer -> {
          if (watch && answer.code() == Code.OK) {
            client.watches().watchChildren(path);
          }
          return answer instanceof Answer.Names names ? names.names() : null;
        },
        callback);
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    exists(path, false, callback);
  }

  /** Looks, and hears when that changes. */
  public void exists(String path, boolean watch, Consumer<Reply<Stat>> callback) {
    ask(
        new Call.Exists(path, watch),
        answer -> {
          if (watch && answer.code() == Code.OK) {
            client.watches().watchData(path);
          } else if (watch && answer.code() == Code.NO_NODE) {
            client.watches().watchAbsent(path);
          }
          return answer instanceof Answer.Found found ? found.stat() : null;
        },
        callback);
  }

  /** Hears of every change of a path and of its children from now on. */
  public void watch(String path, Consumer<Reply<Done>> callback) {
    ask(
        new Call.Watch(path),
        answer -> {
          if (answer.code() == Code.OK) {
            client.watches().watchForEver(path);
            return Done.DONE;
          }
          return null;
        },
        callback);
  }

  /** Adds somebody who hears of all that is watched. */
  public void onWatch(Consumer<WatchEvent> watcher) {
    client.onWatch(watcher);
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    ask(new Call.Create(path, data, mode), ModelPort::done, callback);
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    ask(
        new Call.Single(new Op.Set(path, data, expectedVersion)),
        answer -> answer instanceof Answer.Found found ? found.stat() : null,
        callback);
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    ask(new Call.Single(new Op.Delete(path, expectedVersion)), ModelPort::done, callback);
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    ask(new Call.Sync(path), ModelPort::done, callback);
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    if (operations.isEmpty()) {
      // The real client does not even ask.
      loop.execute(() -> callback.accept(MultiReply.OK));
      return;
    }
    client.submit(
        new Call.Multi(operations),
        answer ->
            callback.accept(
                answer instanceof Answer.Failed failed
                    ? new MultiReply(failed.code(), failed.failedOperation())
                    : MultiReply.OK));
  }

  private <T> void ask(
      Call call, Function<Answer, @Nullable T> value, Consumer<Reply<T>> callback) {
    client.submit(call, answer -> callback.accept(new Reply<>(answer.code(), value.apply(answer))));
  }

  private static @Nullable Done done(Answer answer) {
    return answer.code() == Code.OK ? Done.DONE : null;
  }

  @Override
  public Registration listen(SessionListener listener) {
    return client.listen(listener);
  }

  @Override
  public boolean isConnected() {
    return client.isConnected();
  }
}

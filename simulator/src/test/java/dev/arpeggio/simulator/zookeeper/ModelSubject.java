package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Node;
import dev.arpeggio.queue.ZooKeeperPort.Reply;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The model, one server, nothing goes wrong. */
final class ModelSubject implements Subject {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final VirtualTime time;
  private final Ensemble ensemble;
  private final Transcript transcript;
  private final List<ModelPort> clients = new ArrayList<>();

  ModelSubject(VirtualTime time, Ensemble ensemble, int sessions, Transcript transcript) {
    this.time = time;
    this.ensemble = ensemble;
    this.transcript = transcript;
    for (int session = 0; session < sessions; session++) {
      clients.add(open(session));
    }
  }

  private ModelPort open(int session) {
    ModelPort client = ensemble.client(new TestLoop(time), TIMEOUT);
    client.onWatch(event -> transcript.event(session, event.kind().name(), event.path()));
    settle();
    return client;
  }

  private void settle() {
    time.runUntil(time.nowNanos() + Duration.ofSeconds(2).toNanos());
  }

  @Override
  public void burst(int session, int answers, Consumer<Client> requests) {
    requests.accept(new ModelClient(clients.get(session)));
    settle();
  }

  @Override
  public void flush(int session) {
    // Virtual time has passed already.
  }

  @Override
  public void end(int session) {
    clients.get(session).close(() -> {});
    settle();
    clients.set(session, open(session));
  }

  @Override
  public void expire(int session) {
    ensemble.expire(clients.get(session).session());
    settle();
  }

  @Override
  public void close() {
    // Nothing holds anything.
  }

  private record ModelClient(ModelPort model) implements Client {
    @Override
    public ZooKeeperPort port() {
      return model;
    }

    @Override
    public void get(String path, boolean watch, Consumer<Reply<Node>> callback) {
      model.get(path, watch, callback);
    }

    @Override
    public void children(String path, boolean watch, Consumer<Reply<List<String>>> callback) {
      model.children(path, watch, callback);
    }

    @Override
    public void exists(String path, boolean watch, Consumer<Reply<Stat>> callback) {
      model.exists(path, watch, callback);
    }

    @Override
    public void watch(String path, Consumer<Reply<Done>> callback) {
      model.watch(path, callback);
    }
  }
}

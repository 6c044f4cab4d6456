package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Node;
import dev.arpeggio.simulator.EventKind;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to one server, with the server's side of it. Requests are answered in
 * order: a read waits for the writes before it, and sees them.
 */
final class Connection {
  private final Ensemble ensemble;
  private final Server server;
  private final Client client;
  private final Session session;
  private final Channel up;
  private final Channel down;
  private final ArrayDeque<Request> unreceived = new ArrayDeque<>();
  private final ArrayDeque<Entry> unanswered = new ArrayDeque<>();
  private final WatchSet watches;
  private boolean closed;

  /** A request at the server. */
  private static final class Entry {
    private final Request request;
    private @Nullable Ordered ordered;

    Entry(Request request) {
      this.request = request;
    }
  }

  Connection(Ensemble ensemble, Server server, Client client, Session session) {
    this.ensemble = ensemble;
    this.server = server;
    this.client = client;
    this.session = session;
    this.watches = ensemble.watches();
    this.up = ensemble.channel(EventKind.REQUEST, client.number());
    this.down = ensemble.channel(EventKind.RESPONSE, client.number());
  }

  long sessionId() {
    return session.id();
  }

  Session session() {
    return session;
  }

  int clientNumber() {
    return client.number();
  }

  // ---- The client's side.

  void send(Request request) {
    unreceived.addLast(request);
    up.send(
        request.digest(),
        () -> {
          unreceived.remove(request);
          receive(request);
        });
  }

  void cut(boolean toServer, boolean toClient) {
    if (toServer) {
      up.cut();
    }
    if (toClient) {
      down.cut();
    }
  }

  void heal() {
    up.heal();
    down.heal();
  }

  /** The client is gone: some of what it sent last arrives all the same, the rest may stray. */
  void abandon() {
    int kept = ensemble.chance(up.underWay() + 1);
    while (unreceived.size() > kept) {
      Request lost = unreceived.removeLast();
      if (lost.call().isWrite() && ensemble.strays()) {
        ensemble.stray(session, client.number(), lost);
      }
    }
    up.lose(kept);
    down.lose(0);
    up.heal();
    up.send(0, this::forget);
  }

  private void forget() {
    closed = true;
    server.remove(this);
  }

  // ---- The server's side.

  private void receive(Request request) {
    if (closed) {
      return;
    }
    ensemble.touch(session);
    if (request.call().bytes() > ensemble.maxRequestBytes()) {
      close();
      return;
    }
    Entry entry = new Entry(request);
    unanswered.addLast(entry);
    if (request.call().isWrite() || request.call() instanceof Call.Sync) {
      server.forward(() -> order(entry));
    }
    pump();
  }

  private void order(Entry entry) {
    Ordered ordered = ensemble.order(this, entry.request);
    entry.ordered = ordered;
    if (ordered != null && entry.request.call() instanceof Call.Sync) {
      server.follow(ordered.transaction());
    }
  }

  /** Answers what can be answered. */
  void pump() {
    while (!closed && !unanswered.isEmpty()) {
      Entry entry = unanswered.getFirst();
      Answer answer = answer(entry);
      if (answer == null) {
        return;
      }
      unanswered.removeFirst();
      long seen = server.applied();
      down.send(entry.request.digest(), () -> client.onAnswer(this, entry.request, answer, seen));
      if (entry.request.call() instanceof Call.Close) {
        forget();
      }
    }
  }

  private @Nullable Answer answer(Entry entry) {
    Call call = entry.request.call();
    if (call.isWrite() || call instanceof Call.Sync) {
      Ordered ordered = entry.ordered;
      return ordered == null || ordered.transaction() > server.applied() ? null : ordered.answer();
    }
    Tree tree = server.tree();
    if (call instanceof Call.Rewatch rewatch) {
      watches.resume(rewatch.watches(), rewatch.seen(), tree).forEach(this::tell);
      return Answer.Ok.DONE;
    } else if (call instanceof Call.Watch watch) {
      watches.watchForEver(watch.path());
      return Answer.Ok.DONE;
    } else if (call instanceof Call.Ping) {
      return Answer.Ok.DONE;
    }
    Tree.Znode znode = tree.find(call.path());
    if (call instanceof Call.Exists exists && exists.watch()) {
      watches.watchData(call.path());
    }
    if (znode == null) {
      return new Answer.Failed(Code.NO_NODE, -1);
    }
    if (call instanceof Call.Get get) {
      if (get.watch()) {
        watches.watchData(get.path());
      }
      return new Answer.Data(new Node(znode.data().clone(), znode.stat()));
    } else if (call instanceof Call.Children children) {
      if (children.watch()) {
        watches.watchChildren(children.path());
      }
      return new Answer.Names(List.copyOf(tree.children(children.path())));
    }
    return new Answer.Found(znode.stat());
  }

  /** The server has applied changes; the events go ahead of any later answer. */
  void trigger(List<Change> changes) {
    if (!watches.isEmpty()) {
      changes.forEach(change -> watches.trigger(change).forEach(this::tell));
    }
  }

  private void tell(WatchEvent event) {
    down.send(event.path().hashCode(), () -> client.onWatchEvent(this, event));
  }

  /** The server closes the connection: of its last answers, some still arrive. */
  void close() {
    if (closed) {
      return;
    }
    forget();
    down.lose(ensemble.chance(down.underWay() + 1));
    down.send(0, () -> client.onClosed(this));
  }
}

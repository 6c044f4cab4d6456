package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.simulator.EventKind;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The servers together: the one order of all writes, the sessions, and what can go wrong with them.
 *
 * <p>A write takes effect at the moment when it is ordered, and for good: that is when a majority
 * has it on disk. Each server learns of it later; a client sees what its server has applied, and
 * never less than it has seen before. While there is no majority, nothing is ordered and nobody is
 * connected.
 */
public class Ensemble {
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Options options;
  private final Tree tree = new Tree();
  private final TreeMap<Long, Ordered> recent = new TreeMap<>();
  private final Sessions sessions;
  private final List<Server> servers = new ArrayList<>();
  private final List<Consumer<Ordered>> observers = new ArrayList<>();
  private long lastTransaction;
  private int slowness = 1;
  private int strayPercent;
  private boolean electing;
  private int clients;

  /**
   * How an ensemble is.
   *
   * @param servers 1 to 9
   * @param latency longest time for one way between any two processes when all is well
   * @param maxRequestBytes a larger request costs its client the connection
   */
  public record Options(int servers, Duration latency, int maxRequestBytes) {
    /** As ZooKeeper's own default. */
    public static final int DEFAULT_REQUEST_BYTES = 0xfffff;

    public Options {
      if (servers < 1 || servers > 9 || latency.toNanos() < 2 || maxRequestBytes < 1) {
        throw new IllegalArgumentException("no such ensemble");
      }
    }

    /** So many servers with a latency of at most a millisecond. */
    public static Options of(int servers) {
      return new Options(servers, Duration.ofMillis(1), DEFAULT_REQUEST_BYTES);
    }
  }

  public Ensemble(VirtualTime time, RandomGenerator random, Options options) {
    this.time = time;
    this.random = random;
    this.options = options;
    this.sessions = new Sessions(time, this::isAvailable, this::expire);
    for (int number = 0; number < options.servers(); number++) {
      servers.add(new Server(this, time, number));
    }
  }

  /**
   * A client that connects as soon as its loop runs, and goes on to the next session when one
   * expires.
   *
   * @param loop where it lives and dies
   */
  public ModelPort client(EventLoop loop, Duration sessionTimeout) {
    Client client = new Client(this, loop, clients++, sessionTimeout);
    client.start();
    return new ModelPort(client, loop);
  }

  /** What is decided; changes with the next transaction. */
  public Tree tree() {
    return tree;
  }

  /** Hears of every request that was ordered, at the moment when it takes effect. */
  public void observe(Consumer<Ordered> observer) {
    observers.add(observer);
  }

  /** How many requests were ordered so far. */
  public long lastTransaction() {
    return lastTransaction;
  }

  // ---- What can go wrong.

  public int serverCount() {
    return servers.size();
  }

  /** Stops a server, as kill -9 does. */
  public void stop(int server) {
    servers.get(server).stop();
    if (!isAvailable()) {
      servers.forEach(Server::disconnectAll);
    }
  }

  public void start(int server) {
    if (!servers.get(server).isRunning()) {
      boolean before = isAvailable();
      servers.get(server).start();
      if (!before && isAvailable()) {
        lead();
      }
    }
  }

  /** For that long there is no leader: every client loses its connection. */
  public void elect(Duration duration) {
    if (electing) {
      return;
    }
    electing = true;
    servers.forEach(Server::disconnectAll);
    time.schedule(
        duration.toNanos(),
        EventKind.TIMER,
        -1,
        0,
        () -> {
          electing = false;
          if (isAvailable()) {
            lead();
          }
        });
  }

  private void lead() {
    sessions.touchAll();
  }

  /** A server hears of every transaction that much later; zero ends it. */
  public void lag(int server, Duration lag) {
    servers.get(server).lag(lag.toNanos());
  }

  /** Everything takes that many times as long. */
  public void slow(int factor) {
    slowness = factor;
  }

  /**
   * So many percent of the writes that are lost with a connection take effect much later, in any
   * order: more than ZooKeeper does, and no more than {@link dev.arpeggio.queue.ZooKeeperPort}
   * warns of.
   */
  public void strays(int percent) {
    strayPercent = percent;
  }

  /** The leader has not heard of this session for too long. */
  public void expire(long session) {
    Session expiring = sessions.find(session);
    if (expiring != null) {
      expire(expiring);
    }
  }

  private void expire(Session session) {
    Ordered unused = end(session, -1);
    Connection connection = session.connection();
    if (connection != null) {
      connection.close();
    }
  }

  // ---- For servers and clients.

  long delayNanos() {
    long most = options.latency().toNanos() * slowness;
    return random.nextLong(most / 4, most);
  }

  int chance(int bound) {
    return random.nextInt(bound);
  }

  boolean strays() {
    return strayPercent > 0 && random.nextInt(100) < strayPercent;
  }

  int maxRequestBytes() {
    return options.maxRequestBytes();
  }

  Channel channel(EventKind kind, int node) {
    return new Channel(time, kind, node, this::delayNanos);
  }

  void touch(Session session) {
    sessions.touch(session);
  }

  boolean isAvailable() {
    long running = servers.stream().filter(Server::isRunning).count();
    return !electing && 2 * running > servers.size();
  }

  /**
   * A client asks a server for a connection.
   *
   * @param sessionId 0: a new session
   * @param seen the last transaction that the client knows: a server that knows less refuses
   */
  void connect(Client client, int server, long sessionId, long timeoutNanos, long seen) {
    time.schedule(
        delayNanos(),
        EventKind.REQUEST,
        client.number(),
        sessionId,
        () -> accept(client, servers.get(server), sessionId, timeoutNanos, seen));
  }

  private void accept(Client client, Server server, long sessionId, long timeoutNanos, long seen) {
    if (!server.isRunning() || !isAvailable() || server.applied() < seen) {
      reply(client, client::onRefused);
      return;
    }
    Session session = sessionId == 0 ? open(timeoutNanos) : sessions.find(sessionId);
    if (session == null) {
      reply(client, () -> client.onExpired(sessionId));
      return;
    }
    sessions.touch(session);
    Connection former = session.connection();
    if (former != null) {
      former.close();
    }
    Connection connection = new Connection(this, server, client, session);
    session.moveTo(connection);
    server.add(connection);
    reply(client, () -> client.onConnected(connection));
  }

  private void reply(Client client, Runnable task) {
    time.schedule(delayNanos(), EventKind.RESPONSE, client.number(), 0, task);
  }

  private Session open(long timeoutNanos) {
    Session session = sessions.open(timeoutNanos);
    decide(-1, Answer.Ok.DONE, List.of());
    return session;
  }

  private Ordered end(Session session, int client) {
    sessions.remove(session);
    List<Change> changes = new ArrayList<>();
    tree.ephemerals(session.id()).forEach(path -> changes.add(new Change.Deleted(path)));
    return decide(client, Answer.Ok.DONE, changes);
  }

  /**
   * The leader orders a request.
   *
   * @return null if the connection counts no more: nothing happens, and nobody is told
   */
  @Nullable Ordered order(Connection connection, Request request) {
    Session session = connection.session();
    if (!isAvailable() || !sessions.isOpen(session) || session.connection() != connection) {
      return null;
    }
    return order(session, connection.clientNumber(), request);
  }

  /**
   * A write goes astray: it is ordered later, whatever became of its connection, unless a later one
   * of its session has overtaken it.
   */
  void stray(Session session, int client, Request write) {
    time.schedule(
        delayNanos() * (1L << random.nextInt(12)),
        EventKind.REQUEST,
        client,
        write.digest(),
        () -> {
          if (sessions.isOpen(session) && isAvailable()) {
            Ordered unused = order(session, client, write);
          }
        });
  }

  private @Nullable Ordered order(Session session, int client, Request request) {
    Call call = request.call();
    if (call.isWrite() && !session.takes(request)) {
      return null;
    }
    if (call instanceof Call.Close) {
      return end(session, client);
    } else if (call instanceof Call.Sync) {
      // Has a place in the order, but is no transaction.
      return new Ordered(lastTransaction, client, Answer.Ok.DONE, List.of());
    }
    Transaction transaction = transaction(session.id());
    Answer answer = transaction.judge(call);
    if (answer.code() != Code.OK) {
      return decide(client, answer, List.of());
    }
    return decide(client, answer, transaction.changes());
  }

  // The next two are where a test plants its mistakes.

  Transaction transaction(long session) {
    return new Transaction(tree, session);
  }

  WatchSet watches() {
    return new WatchSet();
  }

  private Ordered decide(int client, Answer answer, List<Change> changes) {
    Ordered decided = new Ordered(++lastTransaction, client, answer, changes);
    tree.apply(decided.transaction(), changes);
    recent.put(decided.transaction(), decided);
    long known = servers.stream().mapToLong(Server::applied).min().orElse(0);
    recent.headMap(known, true).clear();
    servers.stream()
        .filter(Server::isRunning)
        .forEach(server -> server.follow(decided.transaction()));
    observers.forEach(observer -> observer.accept(decided));
    return decided;
  }

  /** What was decided after one transaction and up to another. */
  List<Ordered> decided(long after, long upTo) {
    // A message that was overtaken by a later one brings nothing new.
    return upTo <= after
        ? List.of()
        : List.copyOf(recent.subMap(after, false, upTo, true).values());
  }
}

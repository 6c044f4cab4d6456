package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.ZooKeeperPort;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.jute.Record;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.MultiResponse;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.ExistsRequest;
import org.apache.zookeeper.proto.ExistsResponse;
import org.apache.zookeeper.proto.GetChildrenRequest;
import org.apache.zookeeper.proto.GetChildrenResponse;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.GetDataResponse;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.SetDataRequest;
import org.apache.zookeeper.proto.SetDataResponse;
import org.apache.zookeeper.proto.SyncRequest;
import org.apache.zookeeper.server.DumbWatcher;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.RequestRecord;
import org.apache.zookeeper.server.ServerCnxn;
import org.jspecify.annotations.Nullable;

/**
 * The port to a server in this process: hands requests to it as objects, under a session that lives
 * and dies with a connection through a socket, as every session does. So what becomes of the
 * session, and when, is the real client's to say; only requests and answers take the short way.
 *
 * <p>Called on the loop, and answers there; requests are carried out in the order of their calls.
 * While the session's connection is broken, requests wait in the real client as they do otherwise;
 * once it is back, the next wait here until those are answered, so that none overtakes another and
 * all take the short way again. When the connection breaks, the outcome of what is under way is not
 * known, as the server may be ending.
 */
final class InProcessPort implements ZooKeeperPort {
  private final ZooKeeperSession session;
  private final EmbeddedServer server;
  private final LoopPort client;

  // The rest is touched on the loop only. By number; bounded by what the loop has under way.
  private final Map<Integer, Pending> pending = new LinkedHashMap<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private int atClient;
  private int number;
  private @Nullable Connection connection;

  /** What a request waits for. */
  private interface Pending {
    /**
     * @param rc of ZooKeeper
     * @param response null: there is none
     */
    void answered(int rc, @Nullable Record response);
  }

  /** A request that has not been sent, and both ways to send it. */
  private record Held(Consumer<Connection> within, Runnable throughClient) {}

  /** Where the server sends its answers; called on the server's thread. */
  private final class Connection extends DumbWatcher {
    Connection(long sessionId) {
      super(sessionId);
    }

    @Override
    public int sendResponse(
        ReplyHeader header,
        @Nullable Record response,
        String tag,
        @Nullable String cacheKey,
        org.apache.zookeeper.data.@Nullable Stat stat,
        int opCode) {
      int answered = header.getXid();
      int rc = header.getErr();
      client.hop(() -> answer(answered, rc, response));
      return 0;
    }
  }

  InProcessPort(ZooKeeperSession session, EmbeddedServer server, LoopPort client) {
    this.session = session;
    this.server = server;
    this.client = client;
    // Before anybody else listens: what is under way is answered before they hear of its loss.
    var unused =
        client.listen(
            new SessionListener() {
              @Override
              public void connected(long sessionId) {
                // The next request looks for itself.
              }

              @Override
              public void disconnected() {
                lose();
              }

              @Override
              public void expired() {
                lose();
              }
            });
  }

  @Override
  public void get(String path, Consumer<Reply<Node>> callback) {
    perform(
        to ->
            submit(
                to,
                OpCode.getData,
                new GetDataRequest(path, false),
                single(
                    callback,
                    response -> {
                      var found = (GetDataResponse) response;
                      return LoopPort.node(found.getData(), found.getStat());
                    })),
        () -> client.get(path, counted(callback)));
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    perform(
        to ->
            submit(
                to,
                OpCode.getChildren,
                new GetChildrenRequest(path, false),
                single(callback, response -> ((GetChildrenResponse) response).getChildren())),
        () -> client.children(path, counted(callback)));
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    perform(
        to ->
            submit(
                to,
                OpCode.exists,
                new ExistsRequest(path, false),
                single(callback, response -> LoopPort.stat(((ExistsResponse) response).getStat()))),
        () -> client.exists(path, counted(callback)));
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    perform(
        to ->
            submit(
                to,
                OpCode.create,
                new CreateRequest(path, data, session.acl(), LoopPort.createMode(mode).toFlag()),
                done(callback)),
        () -> client.create(path, data, mode, counted(callback)));
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    perform(
        to ->
            submit(
                to,
                OpCode.setData,
                new SetDataRequest(path, data, expectedVersion),
                single(
                    callback, response -> LoopPort.stat(((SetDataResponse) response).getStat()))),
        () -> client.set(path, data, expectedVersion, counted(callback)));
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    perform(
        to -> submit(to, OpCode.delete, new DeleteRequest(path, expectedVersion), done(callback)),
        () -> client.delete(path, expectedVersion, counted(callback)));
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    perform(
        to -> submit(to, OpCode.sync, new SyncRequest(path), done(callback)),
        () -> client.sync(path, counted(callback)));
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    perform(
        to ->
            submit(
                to,
                OpCode.multi,
                new MultiOperationRecord(client.translate(operations)),
                (rc, response) ->
                    callback.accept(
                        LoopPort.multiReply(
                            rc,
                            response == null ? null : ((MultiResponse) response).getResultList()))),
        () -> client.multi(operations, counted(callback)));
  }

  @Override
  public Registration listen(SessionListener listener) {
    return client.listen(listener);
  }

  @Override
  public boolean isConnected() {
    return client.isConnected();
  }

  private void perform(Consumer<Connection> within, Runnable throughClient) {
    held.addLast(new Held(within, throughClient));
    performHeld();
  }

  private void performHeld() {
    while (!held.isEmpty()) {
      long sessionId = session.connectedAs();
      // A server that has ended takes requests and never answers.
      if (sessionId == ZooKeeperSession.NOT_CONNECTED || !server.isRunning()) {
        held.removeFirst().throughClient().run();
      } else if (atClient == 0) {
        held.removeFirst().within().accept(connection(sessionId));
      } else {
        return;
      }
    }
  }

  private Connection connection(long sessionId) {
    Connection current = connection;
    if (current == null || current.getSessionId() != sessionId) {
      current = new Connection(sessionId);
      connection = current;
    }
    return current;
  }

  private <T> Consumer<T> counted(Consumer<T> callback) {
    atClient++;
    return answer -> {
      atClient--;
      callback.accept(answer);
      performHeld();
    };
  }

  private static <T> Pending single(Consumer<Reply<T>> callback, Function<Record, T> value) {
    return (rc, response) ->
        callback.accept(
            rc == 0 && response != null
                ? Reply.ok(value.apply(response))
                : Reply.failed(LoopPort.code(rc)));
  }

  private static Pending done(Consumer<Reply<Done>> callback) {
    return (rc, response) ->
        callback.accept(rc == 0 ? Reply.ok(Done.DONE) : Reply.failed(LoopPort.code(rc)));
  }

  private void submit(Connection to, int type, Record record, Pending waiting) {
    number = number == Integer.MAX_VALUE ? 1 : number + 1;
    pending.put(number, waiting);
    var request =
        new Request(
            to, to.getSessionId(), number, type, RequestRecord.fromRecord(record), List.of());
    // As all requests that come through a socket: a session belongs to one connection.
    request.setOwner(ServerCnxn.me);
    server.submitWithin(request);
  }

  private void answer(int answered, int rc, @Nullable Record response) {
    Pending waiting = pending.remove(answered);
    // Null: it was given up before.
    if (waiting != null) {
      waiting.answered(rc, response);
    }
  }

  private void lose() {
    var lost = List.copyOf(pending.values());
    pending.clear();
    lost.forEach(waiting -> waiting.answered(KeeperException.Code.CONNECTIONLOSS.intValue(), null));
  }
}

package dev.arpeggio.queue.zookeeper;

import dev.arpeggio.queue.Done;
import dev.arpeggio.queue.ZooKeeperPort;
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
 * and as long as one of those is not answered, the next follow it there, so that none overtakes
 * another. When the connection breaks, the outcome of what is under way is not known, as the server
 * may be ending.
 */
final class InProcessPort implements ZooKeeperPort {
  private final ZooKeeperSession session;
  private final EmbeddedServer server;
  private final LoopPort client;

  // The rest is touched on the loop only. By number; bounded by what the loop has under way.
  private final Map<Integer, Pending> pending = new LinkedHashMap<>();
  private int throughClient;
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
    Connection to = connection();
    if (to == null) {
      client.get(path, counted(callback));
    } else {
      submit(
          to,
          OpCode.getData,
          new GetDataRequest(path, false),
          single(
              callback,
              response -> {
                var found = (GetDataResponse) response;
                return LoopPort.node(found.getData(), found.getStat());
              }));
    }
  }

  @Override
  public void children(String path, Consumer<Reply<List<String>>> callback) {
    Connection to = connection();
    if (to == null) {
      client.children(path, counted(callback));
    } else {
      submit(
          to,
          OpCode.getChildren,
          new GetChildrenRequest(path, false),
          single(callback, response -> ((GetChildrenResponse) response).getChildren()));
    }
  }

  @Override
  public void exists(String path, Consumer<Reply<Stat>> callback) {
    Connection to = connection();
    if (to == null) {
      client.exists(path, counted(callback));
    } else {
      submit(
          to,
          OpCode.exists,
          new ExistsRequest(path, false),
          single(callback, response -> LoopPort.stat(((ExistsResponse) response).getStat())));
    }
  }

  @Override
  public void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback) {
    Connection to = connection();
    if (to == null) {
      client.create(path, data, mode, counted(callback));
    } else {
      submit(
          to,
          OpCode.create,
          new CreateRequest(path, data, session.acl(), LoopPort.createMode(mode).toFlag()),
          done(callback));
    }
  }

  @Override
  public void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback) {
    Connection to = connection();
    if (to == null) {
      client.set(path, data, expectedVersion, counted(callback));
    } else {
      submit(
          to,
          OpCode.setData,
          new SetDataRequest(path, data, expectedVersion),
          single(callback, response -> LoopPort.stat(((SetDataResponse) response).getStat())));
    }
  }

  @Override
  public void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback) {
    Connection to = connection();
    if (to == null) {
      client.delete(path, expectedVersion, counted(callback));
    } else {
      submit(to, OpCode.delete, new DeleteRequest(path, expectedVersion), done(callback));
    }
  }

  @Override
  public void sync(String path, Consumer<Reply<Done>> callback) {
    Connection to = connection();
    if (to == null) {
      client.sync(path, counted(callback));
    } else {
      submit(to, OpCode.sync, new SyncRequest(path), done(callback));
    }
  }

  @Override
  public void multi(List<Op> operations, Consumer<MultiReply> callback) {
    Connection to = connection();
    if (to == null) {
      client.multi(operations, counted(callback));
    } else {
      submit(
          to,
          OpCode.multi,
          new MultiOperationRecord(client.translate(operations)),
          (rc, response) ->
              callback.accept(
                  LoopPort.multiReply(
                      rc, response == null ? null : ((MultiResponse) response).getResultList())));
    }
  }

  @Override
  public Registration listen(SessionListener listener) {
    return client.listen(listener);
  }

  @Override
  public boolean isConnected() {
    return client.isConnected();
  }

  /** Null: what comes now has to go through the client. */
  private @Nullable Connection connection() {
    long sessionId = session.connectedAs();
    // A server that has ended takes requests and never answers.
    if (sessionId == ZooKeeperSession.NOT_CONNECTED || throughClient > 0 || !server.isRunning()) {
      return null;
    }
    Connection current = connection;
    if (current == null || current.getSessionId() != sessionId) {
      current = new Connection(sessionId);
      connection = current;
    }
    return current;
  }

  private <T> Consumer<T> counted(Consumer<T> callback) {
    throughClient++;
    return answer -> {
      throughClient--;
      callback.accept(answer);
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

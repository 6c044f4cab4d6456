package dev.arpeggio.queue;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper, as far as partitions need it: asynchronous, bound to one event loop. Paths are
 * absolute, below the chroot.
 *
 * <p>Every call is answered exactly once, on the loop, never before the call returns. Operations of
 * one session take effect in the order of the calls; an operation that was answered with a code for
 * which {@link Code#isOutcomeUnknown()} holds may have taken effect, and even later ones may have
 * while it has not. After the answer, a session may still be lost and found again: the port never
 * gives up.
 */
// Records of arrays: nobody compares them, and a copy of every segment would cost what the segments
// save.
@SuppressWarnings("ArrayRecordComponent")
public interface ZooKeeperPort {
  int ANY_VERSION = -1;

  void get(String path, Consumer<Reply<Node>> callback);

  /** Names, in no order. */
  void children(String path, Consumer<Reply<List<String>>> callback);

  void exists(String path, Consumer<Reply<Stat>> callback);

  void create(String path, byte[] data, Mode mode, Consumer<Reply<Done>> callback);

  void set(String path, byte[] data, int expectedVersion, Consumer<Reply<Stat>> callback);

  void delete(String path, int expectedVersion, Consumer<Reply<Done>> callback);

  /** Reads that follow see everything that was committed before this call. */
  void sync(String path, Consumer<Reply<Done>> callback);

  /** All operations, or none. The list is not changed by the caller afterwards. */
  void multi(List<Op> operations, Consumer<MultiReply> callback);

  /**
   * Adds a listener until the returned registration is closed. A listener added while connected is
   * told nothing.
   */
  Registration listen(SessionListener listener);

  boolean isConnected();

  /** The end of a listener's interest. */
  interface Registration {
    void close();
  }

  /** How an operation ended. */
  enum Code {
    OK,
    NO_NODE,
    NODE_EXISTS,
    BAD_VERSION,
    NOT_EMPTY,
    NO_AUTH,
    CONNECTION_LOSS,
    SESSION_EXPIRED,
    /** Anything else; whether the operation took effect is not known. */
    OTHER;

    /** Whether the operation may have taken effect although it was not confirmed. */
    public boolean isOutcomeUnknown() {
      return this == CONNECTION_LOSS || this == SESSION_EXPIRED || this == OTHER;
    }
  }

  /** How long a znode lives. */
  enum Mode {
    PERSISTENT,
    EPHEMERAL
  }

  /**
   * What is known about a znode besides its data.
   *
   * @param version number of changes of its data
   * @param creationId the transaction that created it: unique for ever
   * @param ephemeralOwner session that it lives with; 0 if it is persistent
   */
  record Stat(int version, long creationId, long ephemeralOwner) {}

  /**
   * A znode that was read.
   *
   * @param data not to be changed
   */
  record Node(byte[] data, Stat stat) {}

  /**
   * The answer to a single operation.
   *
   * @param value null unless {@code code} is OK
   */
  record Reply<T>(Code code, @Nullable T value) {
    public Reply {
      if ((code == Code.OK) != (value != null)) {
        throw new IllegalStateException("a reply has a value if and only if it is OK: " + code);
      }
    }

    public static <T> Reply<T> ok(T value) {
      return new Reply<>(Code.OK, value);
    }

    public static <T> Reply<T> failed(Code code) {
      return new Reply<>(code, null);
    }

    public boolean isOk() {
      return code == Code.OK;
    }

    /** The value of a reply that is OK. */
    public T get() {
      T present = value;
      if (present == null) {
        throw new IllegalStateException("no value: " + code);
      }
      return present;
    }
  }

  /**
   * The answer to a multi.
   *
   * @param failedOperation index of the operation that failed; -1 if all took effect or the failing
   *     one is not known
   */
  record MultiReply(Code code, int failedOperation) {
    public static final MultiReply OK = new MultiReply(Code.OK, -1);

    public boolean isOk() {
      return code == Code.OK;
    }
  }

  /** One operation of a multi. */
  sealed interface Op {
    String path();

    /** Fails with BAD_VERSION, or NO_NODE. */
    record Check(String path, int version) implements Op {}

    /** Creates a persistent znode. */
    record Create(String path, byte[] data) implements Op {}

    record Set(String path, byte[] data, int expectedVersion) implements Op {}

    record Delete(String path, int expectedVersion) implements Op {}
  }

  /** Told about the session, on the loop. */
  interface SessionListener {
    /**
     * Operations are carried out again, in session {@code sessionId}, which is a new one if the
     * last one expired.
     */
    void connected(long sessionId);

    /** What is in progress fails with CONNECTION_LOSS; the session may come back. */
    void disconnected();

    /** The session's ephemeral znodes are gone; a new session is being made. */
    void expired();
  }
}

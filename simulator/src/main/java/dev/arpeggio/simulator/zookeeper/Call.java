package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.util.List;

/** What a client asks of a server. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public sealed interface Call {
  /** What every call costs besides its path and data. */
  int OVERHEAD_BYTES = 32;

  /** Where it goes, for the fingerprint and for those who watch. */
  String path();

  /** About as many bytes as it takes on the wire. */
  default int bytes() {
    return OVERHEAD_BYTES + path().length();
  }

  /** Whether the leader has to order it. */
  default boolean isWrite() {
    return false;
  }

  /** Reads data. */
  record Get(String path, boolean watch) implements Call {}

  /** Reads names. */
  record Children(String path, boolean watch) implements Call {}

  /** Reads a stat. */
  record Exists(String path, boolean watch) implements Call {}

  /** Waits for the server to catch up. */
  record Sync(String path) implements Call {}

  /** Says that the client is alive. */
  record Ping() implements Call {
    @Override
    public String path() {
      return "";
    }
  }

  /** Watches a path for as long as the session lives. */
  record Watch(String path) implements Call {}

  /** What the client still waits to hear of, after it came back. */
  record Rewatch(WatchSet watches, long seen) implements Call {
    @Override
    public String path() {
      return "";
    }
  }

  /** Ends the session. */
  record Close() implements Call {
    @Override
    public String path() {
      return "";
    }

    @Override
    public boolean isWrite() {
      return true;
    }
  }

  /** Creates a znode. */
  record Create(String path, byte[] data, Mode mode) implements Call {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES + path.length() + data.length;
    }

    @Override
    public boolean isWrite() {
      return true;
    }
  }

  /** One operation, answered by itself. */
  record Single(Op operation) implements Call {
    @Override
    public String path() {
      return operation.path();
    }

    @Override
    public int bytes() {
      return Call.bytes(operation);
    }

    @Override
    public boolean isWrite() {
      return true;
    }
  }

  /** All operations, or none. */
  record Multi(List<Op> operations) implements Call {
    @Override
    public String path() {
      return operations.isEmpty() ? "" : operations.get(0).path();
    }

    @Override
    public int bytes() {
      return operations.stream().mapToInt(Call::bytes).sum();
    }

    @Override
    public boolean isWrite() {
      return true;
    }
  }

  private static int bytes(Op operation) {
    int data = 0;
    if (operation instanceof Op.Create create) {
      data = create.data().length;
    } else if (operation instanceof Op.Set set) {
      data = set.data().length;
    }
    return OVERHEAD_BYTES + operation.path().length() + data;
  }
}

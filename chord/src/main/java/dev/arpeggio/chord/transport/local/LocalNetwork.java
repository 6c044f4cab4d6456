package dev.arpeggio.chord.transport.local;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The nodes that can reach each other: a table of addresses. Safe for any thread. */
final class LocalNetwork {
  private final ConcurrentMap<String, LocalRingTransport> open = new ConcurrentHashMap<>();

  void add(LocalRingTransport transport) throws IOException {
    if (open.putIfAbsent(transport.address(), transport) != null) {
      throw new IOException(transport.address() + " is taken");
    }
  }

  void remove(LocalRingTransport transport) {
    open.remove(transport.address(), transport);
  }

  @Nullable LocalRingTransport at(String address) {
    return open.get(address);
  }
}

package dev.arpeggio.queue.faults;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.ensemble.EnsembleServer;
import dev.arpeggio.ensemble.TcpProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One client's ways to the servers of an ensemble, in their order. */
final class Route implements AutoCloseable {
  private final List<TcpProxy> proxies = new ArrayList<>();

  Route(Ensemble ensemble) throws IOException {
    for (EnsembleServer server : ensemble.servers()) {
      proxies.add(TcpProxy.to(server.clientPort()));
    }
  }

  String connectString() {
    return proxies.stream()
        .map(proxy -> "127.0.0.1:" + proxy.port())
        .collect(Collectors.joining(","));
  }

  /** Index of the server that the client is connected to; -1 if there is none. */
  int connectedTo() {
    for (int i = 0; i < proxies.size(); i++) {
      if (proxies.get(i).connections() > 0) {
        return i;
      }
    }
    return -1;
  }

  void each(Consumer<TcpProxy> fault) {
    proxies.forEach(fault);
  }

  @Override
  public void close() throws IOException {
    for (TcpProxy proxy : proxies) {
      proxy.close();
    }
  }
}

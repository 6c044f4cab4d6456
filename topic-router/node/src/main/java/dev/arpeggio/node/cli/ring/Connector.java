package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.Arpeggio;
import java.time.Duration;

/** Makes clients of single nodes, in the way in which the user wants to connect. */
public interface Connector {
  /**
   * A client that asks nobody else in the node's place.
   *
   * @param address host:port
   * @param connect longest wait for the connection
   * @param request longest wait of one call
   */
  Arpeggio connect(String address, Duration connect, Duration request);
}

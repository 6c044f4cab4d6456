package dev.arpeggio.client.contract;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import java.time.Duration;

/** The cluster that a contract is played on; several tests share one. */
public interface Playground {
  /** A client, which the test closes. */
  Arpeggio connect(ClientOptions options);

  /** Lets that much time pass, where it does not by itself. */
  void pass(Duration time);
}

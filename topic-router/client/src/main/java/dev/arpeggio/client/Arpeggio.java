package dev.arpeggio.client;

import java.util.List;

/**
 * A client of one Arpeggio cluster: the way to producers, consumers and administration, which share
 * its connections. Thread-safe.
 */
public final class Arpeggio implements AutoCloseable {
  private final List<String> addresses;
  private final ClientOptions options;

  private Arpeggio(List<String> addresses, ClientOptions options) {
    this.addresses = addresses;
    this.options = options;
  }

  /** {@link #connect(String, ClientOptions)} with default options. */
  public static Arpeggio connect(String addresses) {
    return connect(addresses, ClientOptions.defaults());
  }

  /**
   * A client that enters the cluster at these addresses. Connects on first use: an unreachable
   * cluster shows then.
   *
   * @param addresses {@code host:port[,host:port...]}, any nodes of the cluster; an IPv6 host is
   *     written in brackets
   * @throws IllegalArgumentException if an address is malformed, or there is none
   */
  public static Arpeggio connect(String addresses, ClientOptions options) {
    return new Arpeggio(List.of(addresses.split(",", -1)), options);
  }

  /**
   * A producer for a topic, to be closed after use. Returns at once: that there is no such topic
   * shows in what is sent.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  public Producer producer(String topic) {
    java.util.Objects.requireNonNull(topic);
    throw new UnsupportedOperationException(topic + addresses + options);
  }

  /** {@link #consumer(String, ConsumerOptions)} with default options. */
  public Consumer consumer(String topic) {
    return consumer(topic, ConsumerOptions.defaults());
  }

  /**
   * A consumer of a topic, to be closed after use. Returns at once and starts to fetch: that there
   * is no such topic shows in {@link Consumer#receive}.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  public Consumer consumer(String topic, ConsumerOptions consumerOptions) {
    java.util.Objects.requireNonNull(topic);
    throw new UnsupportedOperationException(topic + consumerOptions);
  }

  public Admin admin() {
    java.util.Objects.requireNonNull(options);
    throw new UnsupportedOperationException();
  }

  /**
   * Closes the producers and consumers that are open, each as its own close does, then the
   * connections. Repeating it has no effect.
   */
  @Override
  public void close() {}
}

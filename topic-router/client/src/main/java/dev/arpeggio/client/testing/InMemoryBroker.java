package dev.arpeggio.client.testing;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A broker for tests of applications, in memory, with a clock of its own. Thread-safe.
 *
 * <pre>{@code
 * try (InMemoryBroker broker = InMemoryBroker.start();
 *     Arpeggio client = broker.connect()) {
 *   client.admin().createTopic("orders", TopicOptions.defaults());
 *   ...
 *   broker.advance(Duration.ofMinutes(10));
 * }
 * }</pre>
 *
 * <p>It does what a cluster of one node does, for all that the client library offers; what it does
 * not have are the calls for clients without streams (Send, Receive, Acknowledge), and nothing
 * outlives it. Topics may have as many partitions as elsewhere.
 *
 * <p>Time stands still: leases end, delayed messages become due and messages expire when a test
 * says {@link #advance}, and not before. What a client has sent travels, though: wait until it
 * shows before you move the time on, for instance in {@link
 * dev.arpeggio.client.Admin#describeTopic}.
 */
public final class InMemoryBroker implements AutoCloseable {
  private static final int MAX_INBOUND_BYTES = 4 << 20;
  private static final Duration TERMINATION = Duration.ofSeconds(5);

  private final Broker broker;
  private final Server server;

  private InMemoryBroker(Broker broker, Server server) {
    this.broker = broker;
    this.server = server;
  }

  /**
   * Starts an empty broker, at a port that is free.
   *
   * @throws UncheckedIOException if the loopback interface offers none
   */
  public static InMemoryBroker start() {
    Broker broker = new Broker();
    try {
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .maxInboundMessageSize(MAX_INBOUND_BYTES)
              // Nothing that a call does waits.
              .directExecutor()
              .permitKeepAliveTime(1, TimeUnit.SECONDS)
              .addService(new TopicCalls(broker))
              .addService(new SubscriptionCalls(broker))
              .addService(new QueueCalls(broker))
              .addService(new ClusterCalls(broker))
              .build()
              .start();
      InMemoryBroker started = new InMemoryBroker(broker, server);
      broker.bind(started.address());
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("The broker cannot listen.", e);
    }
  }

  /** Where it listens, {@code host:port}, for {@link Arpeggio#connect(String)}. */
  public String address() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
  }

  /** A client of this broker, to be closed after use. */
  public Arpeggio connect() {
    return Arpeggio.connect(address());
  }

  /** A client of this broker, to be closed after use. */
  public Arpeggio connect(ClientOptions options) {
    return Arpeggio.connect(address(), options);
  }

  /** What time it is at the broker; it begins with the year 2000. */
  public Instant now() {
    return Instant.ofEpochMilli(broker.nowMillis());
  }

  /**
   * Moves the broker's time on. Whatever is due by then has happened when this returns: leases that
   * end, messages that become due or expire. It happens at once, in that order, as if the broker
   * had slept until then.
   *
   * @throws IllegalArgumentException if the time is negative
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + time);
    }
    broker.advance(time.toMillis());
  }

  /** Ends all connections, and forgets everything. Repeating it has no effect. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(TERMINATION.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

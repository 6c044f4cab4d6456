package dev.arpeggio.client;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How a client behaves. Immutable; start from {@link #defaults()}.
 *
 * @param connectTimeout longest wait for one node to accept a connection and answer a first request
 *     (3 s)
 * @param requestTimeout longest wait of one call: a call to {@link Admin}, a send that waits for
 *     room in flight, a close (30 s)
 * @param deliveryTimeout how long a producer tries to have a message confirmed (120 s)
 * @param maxInFlightBytes bytes of unconfirmed messages that one producer holds, encoded, and
 *     counting 64 more for each; beyond it, send waits (16 MiB)
 * @param batchBytes a batch of this many encoded bytes is sent without waiting for more (64 KiB);
 *     at most {@link #MAX_BATCH_BYTES}
 * @param maxInFlightBatches unconfirmed batches sent per partition (64)
 * @param security how connections are protected, and as whom the client comes (plain text, nobody)
 */
public record ClientOptions(
    Duration connectTimeout,
    Duration requestTimeout,
    Duration deliveryTimeout,
    int maxInFlightBytes,
    int batchBytes,
    int maxInFlightBatches,
    ClientSecurity security) {
  /** The most that {@link #batchBytes} may be: what every node takes. */
  public static final int MAX_BATCH_BYTES = 262_144;

  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
  private static final ClientOptions DEFAULTS =
      new ClientOptions(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          16 << 20,
          64 << 10,
          64,
          ClientSecurity.NONE);

  /**
   * @throws IllegalArgumentException if a time-out is not positive or is longer than a day, or a
   *     bound is not positive or, for batchBytes, more than {@link #MAX_BATCH_BYTES}
   */
  public ClientOptions {
    requireTimeout(connectTimeout, "connectTimeout");
    requireTimeout(requestTimeout, "requestTimeout");
    requireTimeout(deliveryTimeout, "deliveryTimeout");
    requirePositive(maxInFlightBytes, "maxInFlightBytes");
    requirePositive(batchBytes, "batchBytes");
    requirePositive(maxInFlightBatches, "maxInFlightBatches");
    if (batchBytes > MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "batchBytes is more than " + MAX_BATCH_BYTES + ": " + batchBytes);
    }
  }

  public static ClientOptions defaults() {
    return DEFAULTS;
  }

  public ClientOptions withConnectTimeout(Duration timeout) {
    return new ClientOptions(
        timeout,
        requestTimeout,
        deliveryTimeout,
        maxInFlightBytes,
        batchBytes,
        maxInFlightBatches,
        security);
  }

  public ClientOptions withRequestTimeout(Duration timeout) {
    return new ClientOptions(
        connectTimeout,
        timeout,
        deliveryTimeout,
        maxInFlightBytes,
        batchBytes,
        maxInFlightBatches,
        security);
  }

  public ClientOptions withDeliveryTimeout(Duration timeout) {
    return new ClientOptions(
        connectTimeout,
        requestTimeout,
        timeout,
        maxInFlightBytes,
        batchBytes,
        maxInFlightBatches,
        security);
  }

  public ClientOptions withMaxInFlightBytes(int bytes) {
    return new ClientOptions(
        connectTimeout,
        requestTimeout,
        deliveryTimeout,
        bytes,
        batchBytes,
        maxInFlightBatches,
        security);
  }

  public ClientOptions withBatchBytes(int bytes) {
    return new ClientOptions(
        connectTimeout,
        requestTimeout,
        deliveryTimeout,
        maxInFlightBytes,
        bytes,
        maxInFlightBatches,
        security);
  }

  public ClientOptions withMaxInFlightBatches(int batches) {
    return new ClientOptions(
        connectTimeout,
        requestTimeout,
        deliveryTimeout,
        maxInFlightBytes,
        batchBytes,
        batches,
        security);
  }

  /** Speaks TLS, to nodes that do. */
  public ClientOptions withTls(TlsOptions tls) {
    return withSecurity(security.with(tls));
  }

  /**
   * Shows a token with each call, over TLS or to this machine only. Whatever begins while the
   * connection is another fails with {@link Reason#UNAUTHENTICATED}.
   *
   * @param token gives the token that is good now; runs for each call and stream, on threads of the
   *     library, and must not block for long
   */
  public ClientOptions withToken(Supplier<String> token) {
    return withSecurity(security.with(token));
  }

  private ClientOptions withSecurity(ClientSecurity other) {
    return new ClientOptions(
        connectTimeout,
        requestTimeout,
        deliveryTimeout,
        maxInFlightBytes,
        batchBytes,
        maxInFlightBatches,
        other);
  }

  private static void requireTimeout(Duration timeout, String name) {
    if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          name + " is not within " + LONGEST_TIMEOUT + ": " + timeout);
    }
  }

  private static void requirePositive(int bound, String name) {
    if (bound <= 0) {
      throw new IllegalArgumentException(name + " is not positive: " + bound);
    }
  }
}

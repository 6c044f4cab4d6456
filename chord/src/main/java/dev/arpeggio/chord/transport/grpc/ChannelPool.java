package dev.arpeggio.chord.transport.grpc;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One channel per peer. A channel that has not been used for long is closed, as is the one unused
 * for longest when there are too many. Safe for any thread.
 */
final class ChannelPool {
  private static final int MAX_CHANNELS = 1024;
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

  /** In the order of last use. */
  private final Map<String, Entry> channels = new LinkedHashMap<>(16, 0.75f, true);

  private boolean closed;

  /**
   * The channel to an address, new if need be; null once the pool has closed.
   *
   * @param nowNanos the loop's clock
   * @throws IllegalArgumentException if the address has another form than {@code grpc://host:port}
   */
  synchronized @Nullable ManagedChannel to(String address, long nowNanos) {
    if (closed) {
      return null;
    }
    Entry entry = channels.get(address);
    if (entry == null) {
      evict(nowNanos);
      entry = new Entry(open(GrpcAddress.parse(address)));
      channels.put(address, entry);
    }
    entry.usedNanos = nowNanos;
    return entry.channel;
  }

  /**
   * Forgets a channel whose peer is not there, so that the next call tries anew instead of waiting
   * for gRPC's backoff.
   */
  synchronized void discard(String address, ManagedChannel channel) {
    Entry entry = channels.get(address);
    if (entry != null && entry.channel == channel) {
      channels.remove(address);
      channel.shutdown();
    }
  }

  void close() {
    List<Entry> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(channels.values());
      channels.clear();
    }
    // Calls under way fail in this very thread and come back here to discard their channel.
    open.forEach(entry -> entry.channel.shutdownNow());
  }

  private void evict(long nowNanos) {
    Iterator<Entry> eldestFirst = channels.values().iterator();
    while (eldestFirst.hasNext()) {
      Entry eldest = eldestFirst.next();
      boolean idle = nowNanos - eldest.usedNanos > IDLE.toNanos();
      if (!idle && channels.size() < MAX_CHANNELS) {
        return;
      }
      eldestFirst.remove();
      eldest.channel.shutdown();
    }
  }

  private static ManagedChannel open(GrpcAddress address) {
    return Grpc.newChannelBuilderForAddress(
            address.host(), address.port(), InsecureChannelCredentials.create())
        // What runs there only decodes and hands on to the loop.
        .directExecutor()
        .proxyDetector(target -> null)
        .disableRetry()
        .maxInboundMessageSize(GrpcRingTransport.MAX_MESSAGE_BYTES)
        .idleTimeout(IDLE.toSeconds(), TimeUnit.SECONDS)
        .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .build();
  }

  private static final class Entry {
    private final ManagedChannel channel;
    private long usedNanos;

    Entry(ManagedChannel channel) {
      this.channel = channel;
    }
  }
}

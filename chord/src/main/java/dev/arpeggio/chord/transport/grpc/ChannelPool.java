package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One channel per peer, and at most {@value #MAX_CALLS} calls under way, {@value
 * #MAX_CALLS_PER_PEER} of them to one peer, so that a peer that hangs cannot use up what the others
 * need. A channel that has not been used for long is closed, as is the one unused for longest when
 * there are too many. Safe for any thread.
 */
final class ChannelPool {
  static final int MAX_CALLS = 1024;
  static final int MAX_CALLS_PER_PEER = 512;

  /**
   * After so many time-outs in a row the connection is given up: it may be half open, and a peer
   * that was restarted behind it would otherwise stay out of reach until keep-alive notices.
   */
  static final int TIMEOUTS_UNTIL_REDIAL = 4;

  private static final int MAX_CHANNELS = 1024;
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

  /** How a call ended, as far as its channel is concerned. */
  enum End {
    ANSWERED,
    TIMED_OUT,
    /** The peer is not there, or the connection broke. */
    UNAVAILABLE
  }

  /** What is needed to make one call, or why it cannot be made. */
  sealed interface Permit {}

  /** To be given back with {@link #end}. */
  static final class Lease implements Permit {
    private final Entry entry;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    ManagedChannel channel() {
      return entry.channel;
    }
  }

  /** No call is to be made. */
  record Denied(CallFailure failure) implements Permit {}

  private final ChannelCredentials credentials;

  /** In the order of last use. */
  private final Map<String, Entry> channels = new LinkedHashMap<>(16, 0.75f, true);

  private int calls;
  private boolean closed;

  ChannelPool(ChannelCredentials credentials) {
    this.credentials = credentials;
  }

  /**
   * Room for one call to an address, over a new channel if need be.
   *
   * @param nowNanos the loop's clock
   */
  synchronized Permit begin(String address, long nowNanos) {
    if (closed) {
      return new Denied(new CallFailure.Unreachable("the transport is closed"));
    }
    if (calls == MAX_CALLS) {
      return overloaded(MAX_CALLS + " calls are under way");
    }
    Entry entry = channels.get(address);
    if (entry == null) {
      GrpcAddress parsed;
      try {
        parsed = GrpcAddress.parse(address);
      } catch (IllegalArgumentException e) {
        return new Denied(new CallFailure.Unreachable(String.valueOf(e.getMessage())));
      }
      evict(nowNanos);
      entry = new Entry(address, open(parsed));
      channels.put(address, entry);
    } else if (entry.calls == MAX_CALLS_PER_PEER) {
      return overloaded(MAX_CALLS_PER_PEER + " calls to " + address + " are under way");
    }
    entry.usedNanos = nowNanos;
    entry.calls++;
    calls++;
    return new Lease(entry);
  }

  /**
   * Gives back what {@link #begin} gave, once. A channel whose peer is not there is forgotten, so
   * that the next call tries anew instead of waiting for gRPC's backoff.
   */
  synchronized void end(Lease lease, End end) {
    Entry entry = lease.entry;
    calls--;
    entry.calls--;
    entry.timeouts = end == End.TIMED_OUT ? entry.timeouts + 1 : 0;
    if (end == End.UNAVAILABLE || entry.timeouts == TIMEOUTS_UNTIL_REDIAL) {
      if (channels.remove(entry.address, entry)) {
        entry.channel.shutdown();
      }
    }
  }

  void close() {
    List<Entry> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(channels.values());
      channels.clear();
    }
    // Calls under way fail in this very thread and come back here to give their leases back.
    open.forEach(entry -> entry.channel.shutdownNow());
  }

  private static Denied overloaded(String detail) {
    return new Denied(new CallFailure.Refused(RefusalReason.OVERLOADED, detail));
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

  private ManagedChannel open(GrpcAddress address) {
    return Grpc.newChannelBuilderForAddress(address.host(), address.port(), credentials)
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
    private final String address;
    private final ManagedChannel channel;
    private long usedNanos;
    private int calls;
    private int timeouts;

    Entry(String address, ManagedChannel channel) {
      this.address = address;
      this.channel = channel;
    }
  }
}

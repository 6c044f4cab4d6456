package dev.arpeggio.node.rpc;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import com.google.common.cache.RemovalListener;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One channel to each node that calls were forwarded to lately. Thread-safe. */
public final class Peers implements AutoCloseable {

  private static final int MAX_CHANNELS = 256;
  private static final Duration IDLE = Duration.ofMinutes(5);

  private final LoadingCache<String, ManagedChannel> channels =
      CacheBuilder.newBuilder()
          .maximumSize(MAX_CHANNELS)
          .expireAfterAccess(IDLE)
          .removalListener(
              (RemovalListener<String, ManagedChannel>)
                  removed -> {
                    ManagedChannel channel = removed.getValue();
                    if (channel != null) {
                      channel.shutdown();
                    }
                  })
          .build(CacheLoader.from(this::open));

  private final ChannelCredentials credentials;

  /**
   * @param credentials what this node shows to others, and whom it believes to be one
   */
  public Peers(ChannelCredentials credentials) {
    this.credentials = credentials;
  }

  /**
   * @param address host:port
   */
  Channel to(String address) {
    return channels.getUnchecked(address);
  }

  private ManagedChannel open(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address, credentials)
        .directExecutor()
        .keepAliveTime(30, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .build();
  }

  @Override
  public void close() {
    for (ManagedChannel channel : channels.asMap().values()) {
      channel.shutdownNow();
    }
    channels.invalidateAll();
  }
}

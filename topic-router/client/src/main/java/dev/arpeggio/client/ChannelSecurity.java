package dev.arpeggio.client;

import dev.arpeggio.client.internal.BearerToken;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Driver: what each new connection is made with. Reads the files of TLS again each time, and keeps
 * to what they held before if they cannot be used. Confined to one thread at a time.
 */
final class ChannelSecurity {
  private static final Logger LOGGER = System.getLogger(ChannelSecurity.class.getName());
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final ClientSecurity security;
  private byte @Nullable [][] read;
  private ChannelCredentials inForce = InsecureChannelCredentials.create();

  /**
   * @throws IllegalArgumentException if the files cannot be used
   */
  ChannelSecurity(ClientSecurity security) {
    this.security = security;
    try {
      readAgain();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the files of TLS cannot be used: " + reason(e), e);
    }
  }

  /** For a connection that is made now. */
  ChannelCredentials credentials() {
    try {
      readAgain();
    } catch (IOException | IllegalArgumentException e) {
      LOGGER.log(
          Level.WARNING,
          () -> "the files of TLS cannot be used, what they held before is: " + reason(e));
    }
    return security
        .token()
        .map(token -> CompositeChannelCredentials.create(inForce, new BearerToken(token)))
        .orElse(inForce);
  }

  private void readAgain() throws IOException {
    if (security.tls().isEmpty()) {
      return;
    }
    TlsOptions tls = security.tls().get();
    byte[][] now = {
      content(tls.authorities()), content(tls.certificateChain()), content(tls.privateKey())
    };
    if (Arrays.deepEquals(now, read)) {
      return;
    }
    SslContextBuilder context = GrpcSslContexts.forClient().protocols(PROTOCOLS);
    if (tls.authorities().isPresent()) {
      context.trustManager(stream(now[0]));
    }
    if (tls.certificateChain().isPresent()) {
      context.keyManager(stream(now[1]), stream(now[2]));
    }
    inForce = NettySslContextChannelCredentials.create(context.build());
    read = now;
  }

  private static byte[] content(Optional<Path> file) throws IOException {
    return file.isPresent() ? Files.readAllBytes(file.get()) : new byte[0];
  }

  private static InputStream stream(byte[] content) {
    return new ByteArrayInputStream(content);
  }

  // Of those that wrap each other, the last tells what is wrong.
  private static String reason(Exception e) {
    Throwable last = e;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.toString();
  }
}

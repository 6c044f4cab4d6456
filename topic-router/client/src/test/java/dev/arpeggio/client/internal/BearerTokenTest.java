package dev.arpeggio.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.grpc.Attributes;
import io.grpc.CallCredentials.MetadataApplier;
import io.grpc.CallCredentials.RequestInfo;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token goes where nobody else can read it, and nowhere else. */
class BearerTokenTest {
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "192.168.1.1", "0.0.0.0", "2001:db8::1"})
  void aTokenIsNotSentInTheClear(String host) {
    Outcome outcome = show("sesame", SecurityLevel.NONE, host);
    assertEquals(Optional.empty(), outcome.header);
    assertEquals(Status.Code.UNAUTHENTICATED, outcome.status.getCode());
    assertFalse(String.valueOf(outcome.status).contains("sesame"));
    // Nor where the connection is only known to be that of whom it says.
    assertEquals(Optional.empty(), show("sesame", SecurityLevel.INTEGRITY, host).header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1"})
  void aTokenMayBeSentToThisMachine(String host) {
    assertEquals(Optional.of("Bearer sesame"), show("sesame", SecurityLevel.NONE, host).header);
  }

  @Test
  void aTokenMayBeSentOverTls() {
    Outcome outcome = show("sesame", SecurityLevel.PRIVACY_AND_INTEGRITY, "10.0.0.1");
    assertEquals(Optional.of("Bearer sesame"), outcome.header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "two\nlines", "s\u00e9same"})
  void whatIsNoTokenIsNotSentAndNotRepeated(String token) {
    Outcome outcome = show(token, SecurityLevel.PRIVACY_AND_INTEGRITY, "127.0.0.1");
    assertEquals(Optional.empty(), outcome.header);
    assertEquals("what is given as a token is none", outcome.status.getDescription());
  }

  @Test
  void aTokenThatCannotBeHadFailsTheCall() {
    Outcome outcome =
        show(
            () -> {
              throw new IllegalStateException("the file is gone");
            },
            SecurityLevel.PRIVACY_AND_INTEGRITY,
            "127.0.0.1");
    assertEquals("no token: the file is gone", outcome.status.getDescription());
  }

  private static Outcome show(String token, SecurityLevel level, String host) {
    return show(() -> token, level, host);
  }

  private static Outcome show(Supplier<String> token, SecurityLevel level, String host) {
    Outcome outcome = new Outcome();
    new BearerToken(token).applyRequestMetadata(new Call(level, host), Runnable::run, outcome);
    return outcome;
  }

  private static final class Outcome extends MetadataApplier {
    private Optional<String> header = Optional.empty();
    private Status status = Status.OK;

    @Override
    public void apply(Metadata headers) {
      header =
          Optional.ofNullable(
              headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
    }

    @Override
    public void fail(Status why) {
      status = why;
    }
  }

  /** A call over a connection to that host. */
  private static final class Call extends RequestInfo {
    private final SecurityLevel level;
    private final String host;

    Call(SecurityLevel level, String host) {
      this.level = level;
      this.host = host;
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
      throw new AssertionError("does not matter");
    }

    @Override
    public CallOptions getCallOptions() {
      return CallOptions.DEFAULT;
    }

    @Override
    public SecurityLevel getSecurityLevel() {
      return level;
    }

    @Override
    public String getAuthority() {
      return host;
    }

    @Override
    public Attributes getTransportAttrs() {
      return Attributes.newBuilder()
          .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress(host, 7411))
          .build();
    }
  }
}

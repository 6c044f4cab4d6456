package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {
  @ParameterizedTest
  @EnumSource(
      value = ErrorReason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNRECOGNIZED", "ERROR_REASON_UNSPECIFIED"})
  void everyReasonOfTheProtocolHasItsCounterpart(ErrorReason reason) {
    Map<String, String> metadata = Map.of("name", "value");
    ArpeggioException failure = Failures.from(ScriptedNode.error(reason, metadata), "a:1", true);
    assertEquals(reason.name(), failure.reason().name());
    assertEquals(metadata, failure.details());
  }

  @Test
  void aReasonOfALaterVersionIsUnknownAndNotRetried() {
    ArpeggioException failure =
        Failures.from(error("arpeggio.dev", "FROM_THE_FUTURE"), "a:1", true);
    assertEquals(Reason.UNKNOWN, failure.reason());
    assertFalse(failure.isRetryable());
  }

  @Test
  void anotherDomainsReasonIsNotOurs() {
    ArpeggioException failure = Failures.from(error("example.com", "NOT_OWNER"), "a:1", true);
    assertEquals(Reason.UNKNOWN, failure.reason());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "CANCELLED", "INTERNAL", "RESOURCE_EXHAUSTED"})
  void aBrokenConnectionIsRetriedHoweverGrpcCallsIt(Status.Code code) {
    ArpeggioException failure = Failures.from(code.toStatus().asRuntimeException(), "a:1", true);
    assertEquals(Reason.UNREACHABLE, failure.reason());
    assertTrue(failure.isRetryable());
    assertEquals("a:1", failure.details().get("addresses"));
  }

  @Test
  void aWriteToAClosedConnectionIsRetried() {
    Status closed =
        Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException());
    assertEquals(
        Reason.UNREACHABLE, Failures.from(closed.asRuntimeException(), "a:1", true).reason());
  }

  @Test
  void whatANodeDoesNotExplainIsNotRetried() {
    Status unexplained = Status.UNKNOWN.withDescription("Application error processing RPC");
    assertEquals(
        Reason.UNKNOWN, Failures.from(unexplained.asRuntimeException(), "a:1", true).reason());
  }

  @Test
  void whatIsNoNodeOfOursIsNotRetried() {
    ArpeggioException failure =
        Failures.from(Status.UNIMPLEMENTED.asRuntimeException(), "a:1", true);
    assertFalse(failure.isRetryable());
  }

  private static StatusRuntimeException error(String domain, String reason) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.FAILED_PRECONDITION_VALUE)
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setDomain(domain).setReason(reason).build()))
            .build());
  }
}

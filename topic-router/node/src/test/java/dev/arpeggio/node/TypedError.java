package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How a call failed, as the wire says it: {@code TypedError.of(call).isForbidden("shop", "publish",
 * "orders")}.
 */
final class TypedError {
  private final Throwable error;
  private final ErrorInfo info;

  private TypedError(Throwable error) {
    this.error = error;
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    if (status == null || status.getDetailsCount() != 1) {
      throw new AssertionError("an error without details", error);
    }
    try {
      this.info = status.getDetails(0).unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("other details", e);
    }
  }

  static TypedError of(Runnable call) {
    return new TypedError(assertThrows(StatusRuntimeException.class, call::run));
  }

  void isForbidden(String principal, String action, String topic) {
    assertReason(ErrorReason.PERMISSION_DENIED);
    Map<String, String> expected =
        topic.isEmpty()
            ? Map.of("principal", principal, "action", action)
            : Map.of("principal", principal, "action", action, "topic", topic);
    assertEquals(expected, info.getMetadataMap());
  }

  void isUnauthenticated() {
    assertReason(ErrorReason.UNAUTHENTICATED);
  }

  void isPartitionsChanged(String topic, int partitions) {
    assertReason(ErrorReason.PARTITIONS_CHANGED);
    assertEquals(
        Map.of("topic", topic, "partitions", Integer.toString(partitions)), info.getMetadataMap());
  }

  private void assertReason(ErrorReason expected) {
    assertEquals(expected.name(), info.getReason(), error.toString());
  }

  /** What ends a stream; its answers are of no interest. */
  static final class End<T> implements StreamObserver<T> {
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private final CompletableFuture<T> first = new CompletableFuture<>();

    @Override
    public void onNext(T value) {
      first.complete(value);
    }

    @Override
    public void onError(Throwable t) {
      first.completeExceptionally(t);
      end.complete(t);
    }

    @Override
    public void onCompleted() {
      onError(new AssertionError("the stream ended as if all were well"));
    }

    /** Waits for a first answer. */
    End<T> stands() throws Exception {
      first.get(30, TimeUnit.SECONDS);
      return this;
    }

    TypedError error() throws Exception {
      return new TypedError(end.get(30, TimeUnit.SECONDS));
    }
  }
}

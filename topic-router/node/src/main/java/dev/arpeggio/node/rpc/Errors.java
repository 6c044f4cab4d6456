package dev.arpeggio.node.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.node.hosting.Refusal;
import dev.arpeggio.node.security.Denial;
import dev.arpeggio.node.security.Need;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.queue.QueueException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every way in which a call can fail, as a gRPC status with an {@link ErrorInfo}: the one place
 * where reasons and codes meet.
 */
final class Errors {

  /** The domain of every {@link ErrorInfo}. */
  static final String DOMAIN = "arpeggio.dev";

  private static final int MAX_TEXT = 300;

  private Errors() {}

  static StatusRuntimeException invalid(String field, String why) {
    return of(ErrorReason.INVALID_ARGUMENT, field + ": " + why, Map.of("field", field));
  }

  static StatusRuntimeException ringUnavailable(String why) {
    return of(ErrorReason.RING_UNAVAILABLE, why, Map.of());
  }

  static StatusRuntimeException internal(String what) {
    return of(ErrorReason.INTERNAL, what, Map.of());
  }

  static StatusRuntimeException limit(String what, int limit, long retryAfterMillis) {
    return of(
        ErrorReason.LIMIT_EXCEEDED,
        what,
        Map.of(
            "limit", Integer.toString(limit), "retry_after_ms", Long.toString(retryAfterMillis)));
  }

  static StatusRuntimeException of(Refusal refusal, String topic, int partition) {
    if (refusal instanceof Refusal.OtherOwner other) {
      Map<String, String> details = new TreeMap<>();
      details.put("topic", topic);
      details.put("partition", Integer.toString(partition));
      details.put("owner", other.owner());
      other.epoch().ifPresent(epoch -> details.put("epoch", Long.toString(epoch)));
      return of(
          ErrorReason.NOT_OWNER,
          "partition " + topic + "/" + partition + " is served by " + other.owner(),
          details);
    } else if (refusal instanceof Refusal.RingUnavailable unavailable) {
      return ringUnavailable(unavailable.why());
    } else if (refusal instanceof Refusal.Draining) {
      return of(ErrorReason.DRAINING, "this node is shutting down", Map.of());
    } else if (refusal instanceof Refusal.Failed failed) {
      return of(failed.cause());
    }
    throw new IllegalStateException("unknown refusal " + refusal);
  }

  static StatusRuntimeException of(Denial denial) {
    if (denial instanceof Denial.Unauthenticated unknown) {
      return of(ErrorReason.UNAUTHENTICATED, unknown.why(), Map.of());
    } else if (denial instanceof Denial.Forbidden forbidden) {
      Need need = forbidden.need();
      Map<String, String> details = new TreeMap<>();
      details.put("principal", forbidden.principal());
      details.put("action", need.word());
      String message = forbidden.principal() + " has not the permission '" + need.word() + "'";
      if (!need.topic().isEmpty()) {
        details.put("topic", need.topic());
        message += " for topic " + need.topic();
      }
      return of(ErrorReason.PERMISSION_DENIED, message, details);
    }
    throw new IllegalStateException("unknown denial " + denial);
  }

  static StatusRuntimeException of(QueueException e) {
    String message = e.getMessage();
    return of(
        ErrorReason.valueOf(e.reason().name()),
        message == null ? e.reason().name() : message,
        e.details());
  }

  /**
   * What a partition that was open here says. That its topic is gone ends this node's service and
   * no more: whether there is such a topic, perhaps a new one of that name, is for the catalog to
   * say when the caller asks again.
   */
  static StatusRuntimeException fromPartition(QueueException e) {
    return e.reason() == QueueException.Reason.TOPIC_NOT_FOUND
        ? of(ErrorReason.NOT_OWNER, "the partition is not served here any more", e.details())
        : of(e);
  }

  /** Whether a call failed for that reason, here or at another node. */
  static boolean isBecause(ErrorReason reason, Throwable t) {
    com.google.rpc.Status status = StatusProto.fromThrowable(t);
    if (status == null
        || status.getDetailsCount() == 0
        || !status.getDetails(0).is(ErrorInfo.class)) {
      return false;
    }
    try {
      return status.getDetails(0).unpack(ErrorInfo.class).getReason().equals(reason.name());
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static StatusRuntimeException of(
      ErrorReason reason, String message, Map<String, String> details) {
    Map<String, String> brief = new TreeMap<>();
    details.forEach((name, value) -> brief.put(name, brief(value)));
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code(reason).value())
            .setMessage(brief(message))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(reason.name())
                        .putAllMetadata(brief)
                        .build()))
            .build());
  }

  /**
   * An error repeats what was wrong in the request, and travels in a header: one that is larger
   * than the client takes would end its connection, and with it all of its other calls.
   */
  private static String brief(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  private static Status.Code code(ErrorReason reason) {
    return switch (reason) {
      case INVALID_ARGUMENT, INVALID_NAME, MESSAGE_TOO_LARGE -> Status.Code.INVALID_ARGUMENT;
      case TOPIC_NOT_FOUND, PARTITION_NOT_FOUND -> Status.Code.NOT_FOUND;
      case TOPIC_ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case LIMIT_EXCEEDED -> Status.Code.RESOURCE_EXHAUSTED;
      case NOT_OWNER,
          SUBSCRIPTION_BUSY,
          SUBSCRIPTION_MOVED,
          OUT_OF_SEQUENCE,
          STORE_FORBIDDEN,
          QOS_MISMATCH,
          PARTITIONS_CHANGED ->
          Status.Code.FAILED_PRECONDITION;
      case RING_UNAVAILABLE, STORE_UNAVAILABLE, DRAINING -> Status.Code.UNAVAILABLE;
      case OUTCOME_UNKNOWN, TOPIC_CHANGED -> Status.Code.ABORTED;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case STORE_CORRUPT -> Status.Code.DATA_LOSS;
      case INTERNAL, ERROR_REASON_UNSPECIFIED, UNRECOGNIZED -> Status.Code.INTERNAL;
    };
  }
}

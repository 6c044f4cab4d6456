package dev.arpeggio.client.testing;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/** The broker's refusals as they go over the wire. Stateless. */
final class Refusals {
  private static final String DOMAIN = "arpeggio.dev";
  private static final String RETRY_AFTER_MILLIS = "1000";

  private Refusals() {}

  static StatusRuntimeException invalid(String field, String problem) {
    return of(ErrorReason.INVALID_ARGUMENT, field + ": " + problem, Map.of("field", field));
  }

  static StatusRuntimeException invalidName(String name) {
    return of(
        ErrorReason.INVALID_NAME,
        "name is not allowed: \"" + name + "\" is not 1 to 249 characters of A-Z a-z 0-9 . _ -",
        Map.of("name", name));
  }

  static StatusRuntimeException noTopic(String topic) {
    return of(ErrorReason.TOPIC_NOT_FOUND, "no topic " + topic, Map.of("topic", topic));
  }

  static StatusRuntimeException partitionsChanged(String topic, int partitions) {
    return of(
        ErrorReason.PARTITIONS_CHANGED,
        "the number of partitions of topic " + topic + " has changed",
        Map.of("topic", topic, "partitions", Integer.toString(partitions)));
  }

  static StatusRuntimeException limit(String what, long limit) {
    return of(
        ErrorReason.LIMIT_EXCEEDED,
        what + ": the limit is " + limit,
        Map.of("limit", Long.toString(limit), "retry_after_ms", RETRY_AFTER_MILLIS));
  }

  static StatusRuntimeException busy(String subscription, String why) {
    return of(
        ErrorReason.SUBSCRIPTION_BUSY,
        subscription + ": " + why,
        Map.of("subscription", subscription));
  }

  static StatusRuntimeException of(
      ErrorReason reason, String message, Map<String, String> details) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code(reason).value())
            .setMessage(message)
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(reason.name())
                        .putAllMetadata(details)
                        .build()))
            .build());
  }

  private static Status.Code code(ErrorReason reason) {
    return switch (reason) {
      case INVALID_ARGUMENT, INVALID_NAME, MESSAGE_TOO_LARGE -> Status.Code.INVALID_ARGUMENT;
      case TOPIC_NOT_FOUND, PARTITION_NOT_FOUND -> Status.Code.NOT_FOUND;
      case TOPIC_ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case LIMIT_EXCEEDED -> Status.Code.RESOURCE_EXHAUSTED;
      case TOPIC_CHANGED -> Status.Code.ABORTED;
      default -> Status.Code.FAILED_PRECONDITION;
    };
  }
}

package dev.arpeggio.client.testing;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.Header;
import dev.arpeggio.protocol.v1.Message;
import java.util.List;
import java.util.OptionalLong;

/** Messages that go from one topic to another. Stateless. */
final class Letters {
  private static final String PREFIX = "arpeggio-dead-";

  private Letters() {}

  /** Where a message comes from, and why. */
  record Origin(
      String topic,
      int partition,
      long offset,
      String subscription,
      int deliveries,
      String reason,
      long timeMillis) {}

  /** The message as it goes to a topic of dead letters. */
  static Message moved(Message message, Origin origin, StoredTopic to) {
    return bare(message, to).toBuilder()
        .addHeaders(header("topic", origin.topic()))
        .addHeaders(header("partition", Integer.toString(origin.partition())))
        .addHeaders(header("offset", Long.toString(origin.offset())))
        .addHeaders(header("subscription", origin.subscription()))
        .addHeaders(header("deliveries", Integer.toString(origin.deliveries())))
        .addHeaders(header("reason", origin.reason()))
        .addHeaders(header("time-ms", Long.toString(origin.timeMillis())))
        .build();
  }

  /** The message without what was meant for its topic, and what says where it comes from. */
  static Message bare(Message message, StoredTopic to) {
    List<Header> kept =
        message.getHeadersList().stream()
            .filter(header -> !header.getName().startsWith(PREFIX))
            .toList();
    Message.Builder bare =
        message.toBuilder().clearDelayMs().clearTimeToLiveMs().clearHeaders().addAllHeaders(kept);
    if (message.getPriority() > to.config().getHighestPriority()) {
      bare.clearPriority();
    }
    return bare.build();
  }

  /** The topic that the message was a dead letter of; empty: none. */
  static String originTopic(Message message) {
    return origin(message, "topic");
  }

  static OptionalLong originPartition(Message message) {
    try {
      return OptionalLong.of(Integer.parseUnsignedInt(origin(message, "partition")));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static String origin(Message message, String what) {
    return message.getHeadersList().stream()
        .filter(header -> header.getName().equals(PREFIX + what))
        .map(header -> header.getValue().toStringUtf8())
        .findFirst()
        .orElse("");
  }

  private static Header header(String what, String value) {
    return Header.newBuilder()
        .setName(PREFIX + what)
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }
}

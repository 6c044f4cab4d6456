package dev.arpeggio.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.arpeggio.protocol.v1.Messages;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  static Stream<Message> messages() {
    return Stream.of(
        Message.of(""),
        Message.of("body"),
        Message.of("x".repeat(20_000)).withKey("k".repeat(300)),
        Message.of("body").withHeader("", "").withHeader("a", "").withHeader("", "b"),
        Message.of("body").withHeader("größe", "h".repeat(200)).withHeader("größe", "twice"),
        Message.of("urgent").withPriority(999),
        Message.of("later").withDelay(Message.MAX_TIME).withTimeToLive(Duration.ofMillis(1)),
        // Half a surrogate pair has no encoding, and must not upset the computed size.
        Message.of("body").withHeader("\ud800", "x"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void isProtobufsOwnEncoding(Message message) throws InvalidProtocolBufferException {
    dev.arpeggio.protocol.v1.Message.Builder expected =
        dev.arpeggio.protocol.v1.Message.newBuilder()
            .setKey(ByteString.copyFrom(message.key()))
            .setBody(ByteString.copyFrom(message.body()))
            .setPriority(message.priority())
            .setDelayMs(message.delay().toMillis())
            .setTimeToLiveMs(message.timeToLive().toMillis());
    for (Header header : message.headers()) {
      expected.addHeaders(
          dev.arpeggio.protocol.v1.Header.newBuilder()
              .setNameBytes(ByteString.copyFrom(header.name().getBytes(UTF_8)))
              .setValue(ByteString.copyFrom(header.value())));
    }
    assertEquals(expected.build(), Messages.parseFrom(encoded(message)).getMessage(0));
    assertEquals(expected.build().getSerializedSize(), MessageCodec.size(message));
  }

  @Test
  void batchesMayBeConcatenated() throws InvalidProtocolBufferException {
    Message first = Message.of("a").withKey("key");
    Message second =
        Message.of("b")
            .withHeader("name", "value")
            .withPriority(9)
            .withDelay(Duration.ofSeconds(2))
            .withTimeToLive(Duration.ofDays(1));
    assertEquals(
        List.of(first, second), MessageCodec.decode(encoded(first).concat(encoded(second))));
  }

  @Test
  void refusesWhatNoTopicTakes() {
    Message message = Message.of("body");
    for (int priority : new int[] {-1, 1_000}) {
      assertThrows(IllegalArgumentException.class, () -> message.withPriority(priority));
    }
    Duration tooLong = Message.MAX_TIME.plusMillis(1);
    assertThrows(IllegalArgumentException.class, () -> message.withDelay(tooLong));
    assertThrows(IllegalArgumentException.class, () -> message.withTimeToLive(tooLong));
    assertThrows(IllegalArgumentException.class, () -> message.withDelay(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> message.withTimeToLive(Duration.ofNanos(1)));
  }

  private static ByteString encoded(Message message) {
    int size = MessageCodec.size(message);
    byte[] target = new byte[MessageCodec.framedSize(size)];
    MessageCodec.writeFramed(message, size, target, 0);
    return UnsafeByteOperations.unsafeWrap(target);
  }
}

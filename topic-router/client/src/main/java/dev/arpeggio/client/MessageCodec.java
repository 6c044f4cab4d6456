package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.arpeggio.protocol.v1.Messages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of message.proto, written by hand so that a message goes from the caller's arrays
 * into its batch in one copy. Stateless.
 */
final class MessageCodec {
  private static final int KEY = dev.arpeggio.protocol.v1.Message.KEY_FIELD_NUMBER;
  private static final int BODY = dev.arpeggio.protocol.v1.Message.BODY_FIELD_NUMBER;
  private static final int HEADERS = dev.arpeggio.protocol.v1.Message.HEADERS_FIELD_NUMBER;
  private static final int PRIORITY = dev.arpeggio.protocol.v1.Message.PRIORITY_FIELD_NUMBER;
  private static final int DELAY = dev.arpeggio.protocol.v1.Message.DELAY_MS_FIELD_NUMBER;
  private static final int TIME_TO_LIVE =
      dev.arpeggio.protocol.v1.Message.TIME_TO_LIVE_MS_FIELD_NUMBER;
  private static final int HEADER_NAME = dev.arpeggio.protocol.v1.Header.NAME_FIELD_NUMBER;
  private static final int HEADER_VALUE = dev.arpeggio.protocol.v1.Header.VALUE_FIELD_NUMBER;

  private MessageCodec() {}

  /** Bytes of the encoded message, without what frames it in a batch. */
  static int size(Message message) {
    int size = bytesSize(KEY, message.key()) + bytesSize(BODY, message.body());
    for (Header header : message.headers()) {
      int headerSize = headerSize(header);
      size +=
          CodedOutputStream.computeTagSize(HEADERS)
              + CodedOutputStream.computeUInt32SizeNoTag(headerSize)
              + headerSize;
    }
    return size
        + numberSize(PRIORITY, message.priority())
        + numberSize(DELAY, message.delay().toMillis())
        + numberSize(TIME_TO_LIVE, message.timeToLive().toMillis());
  }

  /** Bytes that a message of that size takes in a batch. */
  static int framedSize(int size) {
    return CodedOutputStream.computeTagSize(Messages.MESSAGE_FIELD_NUMBER)
        + CodedOutputStream.computeUInt32SizeNoTag(size)
        + size;
  }

  /**
   * Writes a message as one element of a batch, from that index on; the room must be {@link
   * #framedSize}.
   */
  static void writeFramed(Message message, int size, byte[] target, int index) {
    int framed = framedSize(size);
    CodedOutputStream out = CodedOutputStream.newInstance(target, index, framed);
    try {
      out.writeTag(Messages.MESSAGE_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(size);
      writeBytes(out, KEY, message.key());
      writeBytes(out, BODY, message.body());
      for (Header header : message.headers()) {
        out.writeTag(HEADERS, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(headerSize(header));
        if (!header.name().isEmpty()) {
          out.writeString(HEADER_NAME, header.name());
        }
        writeBytes(out, HEADER_VALUE, header.value());
      }
      writeNumber(out, PRIORITY, message.priority());
      writeNumber(out, DELAY, message.delay().toMillis());
      writeNumber(out, TIME_TO_LIVE, message.timeToLive().toMillis());
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("a message does not have its computed size", e);
    }
  }

  /** The messages of a batch, in order. */
  static List<Message> decode(ByteString batch) throws InvalidProtocolBufferException {
    Messages encoded = Messages.parseFrom(batch);
    List<Message> messages = new ArrayList<>(encoded.getMessageCount());
    for (dev.arpeggio.protocol.v1.Message message : encoded.getMessageList()) {
      List<Header> headers = new ArrayList<>(message.getHeadersCount());
      for (dev.arpeggio.protocol.v1.Header header : message.getHeadersList()) {
        headers.add(Header.of(header.getName(), header.getValue().toByteArray()));
      }
      messages.add(
          Message.of(message.getKey().toByteArray(), message.getBody().toByteArray(), headers)
              .withPriority(message.getPriority())
              .withDelay(Duration.ofMillis(message.getDelayMs()))
              .withTimeToLive(Duration.ofMillis(message.getTimeToLiveMs())));
    }
    return messages;
  }

  private static int headerSize(Header header) {
    int name =
        header.name().isEmpty()
            ? 0
            : CodedOutputStream.computeStringSize(HEADER_NAME, header.name());
    return name + bytesSize(HEADER_VALUE, header.value());
  }

  private static int bytesSize(int field, byte[] bytes) {
    return bytes.length == 0 ? 0 : CodedOutputStream.computeByteArraySize(field, bytes);
  }

  private static int numberSize(int field, long number) {
    return number == 0 ? 0 : CodedOutputStream.computeUInt64Size(field, number);
  }

  private static void writeNumber(CodedOutputStream out, int field, long number)
      throws IOException {
    if (number != 0) {
      out.writeUInt64(field, number);
    }
  }

  private static void writeBytes(CodedOutputStream out, int field, byte[] bytes)
      throws IOException {
    if (bytes.length > 0) {
      out.writeByteArray(field, bytes);
    }
  }
}

package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message as it arrives at the topic that it was moved to.
 *
 * @param subscription in which it was given up
 * @param text its body
 */
public record MovedMessage(String subscription, String text) {
  private static final String SUBSCRIPTION = Letter.PREFIX + "subscription";
  private static final int BODY = 0x12;
  private static final int HEADER = 0x1A;
  private static final int NAME = 0x0A;
  private static final int LENGTH_DELIMITED = 2;

  /** The messages of a batch. */
  public static List<MovedMessage> of(ByteBuffer frames) {
    List<MovedMessage> moved = new ArrayList<>();
    ByteBuffer in = frames.duplicate();
    while (in.hasRemaining()) {
      Sample.varint(in);
      moved.add(read(field(in)));
    }
    return moved;
  }

  private static MovedMessage read(ByteBuffer message) {
    String text = "";
    String subscription = "";
    while (message.hasRemaining()) {
      int tag = (int) Sample.varint(message);
      if ((tag & 7) != LENGTH_DELIMITED) {
        Sample.varint(message);
        continue;
      }
      ByteBuffer content = field(message);
      if (tag == BODY) {
        text = UTF_8.decode(content).toString();
      } else if (tag == HEADER) {
        String name = "";
        String value = "";
        while (content.hasRemaining()) {
          boolean isName = Sample.varint(content) == NAME;
          String read = UTF_8.decode(field(content)).toString();
          name = isName ? read : name;
          value = isName ? value : read;
        }
        subscription = name.equals(SUBSCRIPTION) ? value : subscription;
      }
    }
    return new MovedMessage(subscription, text);
  }

  private static ByteBuffer field(ByteBuffer in) {
    int length = (int) Sample.varint(in);
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    return content;
  }
}

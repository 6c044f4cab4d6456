package dev.arpeggio.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Out of one good request, many bad and odd ones: each field, at every depth, absent, empty, too
 * long, negative, huge, of an unknown constant, too often, of another wire type, cut off, and not
 * UTF-8 where it is text. Follows the definitions, so that a new field is covered when it is there.
 */
final class HostileRequests {
  private static final int DEPTH = 4;
  private static final int MANY = 12_000;

  /** An encoded request, and what was done to it. */
  record Hostile(String what, ByteString bytes) {}

  private final List<Hostile> made = new ArrayList<>();

  private HostileRequests() {}

  static List<Hostile> of(Message good) {
    HostileRequests requests = new HostileRequests();
    requests.vary(good, "", DEPTH, (what, message) -> requests.add(what, message.toByteArray()));
    requests.encodings(good);
    return requests.made;
  }

  private void add(String what, byte[] bytes) {
    made.add(new Hostile(what, ByteString.copyFrom(bytes)));
  }

  private void vary(Message good, String path, int depth, BiConsumer<String, Message> result) {
    for (FieldDescriptor field : good.getDescriptorForType().getFields()) {
      String name = path + field.getName();
      result.accept(name + " absent", good.toBuilder().clearField(field).build());
      if (field.isRepeated()) {
        Object element = element(good, field);
        result.accept(
            name + " many times",
            good.toBuilder().setField(field, Collections.nCopies(MANY, element)).build());
        if (element instanceof Message inner && depth > 0) {
          vary(
              inner,
              name + ".",
              depth - 1,
              (what, message) ->
                  result.accept(what, good.toBuilder().setField(field, List.of(message)).build()));
        }
        continue;
      }
      for (Object value : values(field)) {
        result.accept(name + " " + shown(value), good.toBuilder().setField(field, value).build());
      }
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth > 0) {
        Message inner =
            good.hasField(field)
                ? (Message) good.getField(field)
                : good.toBuilder().newBuilderForField(field).build();
        vary(
            inner,
            name + ".",
            depth - 1,
            (what, message) ->
                result.accept(what, good.toBuilder().setField(field, message).build()));
      }
    }
  }

  private static Object element(Message good, FieldDescriptor field) {
    if (good.getRepeatedFieldCount(field) > 0) {
      return good.getRepeatedField(field, 0);
    }
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? good.toBuilder().newBuilderForField(field).build()
        : values(field).get(0);
  }

  private static List<Object> values(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING ->
          List.of("", "x".repeat(250), "x".repeat(100_000), "..", "a/b", "\0", "ü", "a\nb");
      case BYTE_STRING ->
          List.of(
              ByteString.EMPTY,
              ByteString.copyFrom(new byte[1]),
              ByteString.copyFrom(new byte[17]),
              ByteString.copyFrom(new byte[600_000]));
      case INT -> List.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
      case BOOLEAN -> List.of(false, true);
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        List<Object> constants = new ArrayList<>(type.getValues());
        constants.add(type.findValueByNumberCreatingIfUnknown(99));
        constants.add(type.findValueByNumberCreatingIfUnknown(-1));
        yield constants;
      }
      case MESSAGE -> List.of();
      case FLOAT, DOUBLE ->
          throw new IllegalStateException("no request has such a field: " + field);
    };
  }

  private static String shown(Object value) {
    String text = String.valueOf(value);
    return text.length() > 30 ? "of length " + text.length() : "'" + text + "'";
  }

  /** What no generated code would send. */
  private void encodings(Message good) {
    byte[] bytes = good.toByteArray();
    for (int length = 1; length < bytes.length; length += Math.max(1, bytes.length / 8)) {
      add("cut off after " + length, Arrays.copyOf(bytes, length));
    }
    for (FieldDescriptor field : good.getDescriptorForType().getFields()) {
      int number = field.getNumber();
      for (int type : new int[] {0, 1, 2, 5}) {
        add(
            field.getName() + " of wire type " + type,
            with(
                bytes,
                out -> {
                  out.writeTag(number, type);
                  out.writeRawBytes(new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
                }));
      }
      add(
          field.getName() + " longer than the request",
          with(
              bytes,
              out -> {
                out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(Integer.MAX_VALUE);
              }));
      add(
          field.getName() + " not UTF-8",
          with(bytes, out -> out.writeByteArray(number, new byte[] {(byte) 0xff, (byte) 0xfe})));
    }
    add("an end of a group", with(bytes, out -> out.writeTag(1, WireFormat.WIRETYPE_END_GROUP)));
    add("a tag of field 0", with(bytes, out -> out.writeRawByte((byte) 0)));
    add(
        "groups in groups",
        with(
            bytes,
            out -> {
              for (int i = 0; i < 10_000; i++) {
                out.writeTag(1_000, WireFormat.WIRETYPE_START_GROUP);
              }
            }));
    add("an unknown field", with(bytes, out -> out.writeString(9_999, "new")));
  }

  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] with(byte[] start, Writing more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(start);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      more.to(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

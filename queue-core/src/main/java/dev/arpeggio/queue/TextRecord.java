package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.TreeMap;

/**
 * The small znodes that people may want to read: a line that says what it is and in which version,
 * then lines of {@code name=value}.
 */
final class TextRecord {
  private static final int VERSION = 1;

  private final String path;
  private final Map<String, String> fields;

  private TextRecord(String path, Map<String, String> fields) {
    this.path = path;
    this.fields = fields;
  }

  /** Values contain no line breaks. */
  static byte[] encode(String kind, Map<String, String> fields) {
    var text = new StringBuilder(header(kind)).append('\n');
    new TreeMap<>(fields)
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString().getBytes(UTF_8);
  }

  /**
   * @throws QueueException STORE_CORRUPT
   */
  static TextRecord decode(String path, String kind, byte[] content) throws QueueException {
    String[] lines = new String(content, UTF_8).split("\n", -1);
    if (!lines[0].equals(header(kind))) {
      throw QueueException.storeCorrupt(path, "expected \"" + header(kind) + "\"");
    }
    var fields = new TreeMap<String, String>();
    for (int i = 1; i < lines.length; i++) {
      int equals = lines[i].indexOf('=');
      if (equals > 0) {
        fields.put(lines[i].substring(0, equals), lines[i].substring(equals + 1));
      } else if (!lines[i].isEmpty()) {
        throw QueueException.storeCorrupt(path, "line " + (i + 1) + " is not name=value");
      }
    }
    return new TextRecord(path, fields);
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  String text(String field) throws QueueException {
    String value = fields.get(field);
    if (value == null) {
      throw QueueException.storeCorrupt(path, "no field " + field);
    }
    return value;
  }

  long number(String field) throws QueueException {
    String value = text(field);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw QueueException.storeCorrupt(path, field + " is not a number");
    }
  }

  String text(String field, String otherwise) throws QueueException {
    return has(field) ? text(field) : otherwise;
  }

  long number(String field, long otherwise) throws QueueException {
    return has(field) ? number(field) : otherwise;
  }

  private static String header(String kind) {
    return "arpeggio-" + kind + " " + VERSION;
  }
}

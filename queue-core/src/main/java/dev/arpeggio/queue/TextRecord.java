package dev.arpeggio.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * The small znodes that people may want to read: a line that says what it is and in which version,
 * then lines of {@code name=value}, then a checksum of all that.
 */
final class TextRecord {
  private static final int VERSION = 1;
  private static final String CHECKSUM = "crc32c=";

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
    return (text + CHECKSUM + checksum(text.toString()) + '\n').getBytes(UTF_8);
  }

  /**
   * Reads a record of that kind, in the version that is known.
   *
   * @throws QueueException STORE_CORRUPT
   */
  static TextRecord decode(String path, String kind, byte[] content) throws QueueException {
    String text = new String(content, UTF_8);
    // Before the checksum: of another version it may be another one.
    if (!text.startsWith(header(kind) + '\n')) {
      throw QueueException.storeCorrupt(path, "expected \"" + header(kind) + "\"");
    }
    int end = text.lastIndexOf(CHECKSUM);
    if (end < 0
        || !text.substring(end).equals(CHECKSUM + checksum(text.substring(0, end)) + '\n')) {
      throw QueueException.storeCorrupt(path, "the checksum does not match");
    }
    var fields = new TreeMap<String, String>();
    for (String line : text.substring(header(kind).length(), end).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1));
      } else if (!line.isEmpty()) {
        throw QueueException.storeCorrupt(path, "a line is not name=value");
      }
    }
    return new TextRecord(path, fields);
  }

  private static String checksum(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }

  /** Of all fields, sorted. */
  SortedSet<String> names() {
    return new TreeSet<>(fields.keySet());
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

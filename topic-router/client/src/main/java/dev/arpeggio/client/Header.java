package dev.arpeggio.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Objects;

/**
 * A named value that travels with a message and that the queue does not look into. Immutable as far
 * as the caller leaves the array alone: it is not copied.
 */
public final class Header {
  private final String name;
  private final byte[] value;

  private Header(String name, byte[] value) {
    this.name = Objects.requireNonNull(name, "name");
    this.value = Objects.requireNonNull(value, "value");
  }

  /** A header with a binary value. */
  public static Header of(String name, byte[] value) {
    return new Header(name, value);
  }

  /** A header whose value is the text in UTF-8. */
  public static Header of(String name, String value) {
    return new Header(name, value.getBytes(UTF_8));
  }

  public String name() {
    return name;
  }

  /** The value itself, not a copy. */
  public byte[] value() {
    return value;
  }

  /** The value read as UTF-8. */
  public String text() {
    return new String(value, UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Header that
        && name.equals(that.name)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Header[" + name + ", " + value.length + " bytes]";
  }
}

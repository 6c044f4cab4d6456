package dev.arpeggio.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an application publishes: a body, optionally a key and headers.
 *
 * <p>Messages of one key go to one partition and keep their order; an empty key is no key. Arrays
 * are not copied, neither on the way in nor on the way out: leave them alone until {@link
 * Producer#send} has returned. Immutable and thread-safe with that exception.
 */
public final class Message {
  private static final byte[] NO_KEY = new byte[0];

  private final byte[] key;
  private final byte[] body;
  private final List<Header> headers;

  private Message(byte[] key, byte[] body, List<Header> headers) {
    this.key = Objects.requireNonNull(key, "key");
    this.body = Objects.requireNonNull(body, "body");
    this.headers = headers;
  }

  /** A message without key or headers. */
  public static Message of(byte[] body) {
    return new Message(NO_KEY, body, List.of());
  }

  /** A message whose body is the text in UTF-8, without key or headers. */
  public static Message of(String body) {
    return of(body.getBytes(UTF_8));
  }

  /** A message of these parts; an empty key is no key. */
  public static Message of(byte[] key, byte[] body, List<Header> headers) {
    return new Message(key, body, List.copyOf(headers));
  }

  /** This message with that key; an empty key is no key. */
  public Message withKey(byte[] newKey) {
    return new Message(newKey, body, headers);
  }

  /** This message with that text in UTF-8 as its key; an empty text is no key. */
  public Message withKey(String newKey) {
    return withKey(newKey.getBytes(UTF_8));
  }

  /** This message with one more header, after those that it has; names may repeat. */
  public Message withHeader(Header header) {
    List<Header> more = new ArrayList<>(headers);
    more.add(header);
    return new Message(key, body, List.copyOf(more));
  }

  /** This message with one more header, whose value is the text in UTF-8. */
  public Message withHeader(String name, String value) {
    return withHeader(Header.of(name, value));
  }

  /** Empty: no key. The array itself, not a copy. */
  public byte[] key() {
    return key;
  }

  /** The array itself, not a copy. */
  public byte[] body() {
    return body;
  }

  /** In the order in which they were added. Unmodifiable. */
  public List<Header> headers() {
    return headers;
  }

  /** The first header of that name. */
  public Optional<Header> header(String name) {
    return headers.stream().filter(header -> header.name().equals(name)).findFirst();
  }

  /** The body read as UTF-8. */
  public String text() {
    return new String(body, UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message that
        && Arrays.equals(key, that.key)
        && Arrays.equals(body, that.body)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(key) + Arrays.hashCode(body)) + headers.hashCode();
  }

  @Override
  public String toString() {
    return "Message[key " + key.length + " bytes, body " + body.length + " bytes, " + headers + "]";
  }
}

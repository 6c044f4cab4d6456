package dev.arpeggio.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an application publishes: a body, and optionally a key, headers, a priority, a delay and a
 * time to live.
 *
 * <p>Messages of one key go to one partition and keep their order; an empty key is no key. Arrays
 * are not copied, neither on the way in nor on the way out: leave them alone until {@link
 * Producer#send} has returned. Immutable and thread-safe with that exception.
 */
public final class Message {
  /** The highest priority that a topic may allow. */
  public static final int MAX_PRIORITY = 999;

  /** The longest delay and time to live. */
  public static final Duration MAX_TIME = Duration.ofDays(36_500);

  private static final byte[] NO_KEY = new byte[0];

  private final byte[] key;
  private final byte[] body;
  private final List<Header> headers;
  private final int priority;
  private final Duration delay;
  private final Duration timeToLive;

  private Message(
      byte[] key,
      byte[] body,
      List<Header> headers,
      int priority,
      Duration delay,
      Duration timeToLive) {
    this.key = Objects.requireNonNull(key, "key");
    this.body = Objects.requireNonNull(body, "body");
    this.headers = headers;
    this.priority = priority;
    this.delay = delay;
    this.timeToLive = timeToLive;
  }

  /** A message without key or headers. */
  public static Message of(byte[] body) {
    return of(NO_KEY, body, List.of());
  }

  /** A message whose body is the text in UTF-8, without key or headers. */
  public static Message of(String body) {
    return of(body.getBytes(UTF_8));
  }

  /** A message of these parts; an empty key is no key. */
  public static Message of(byte[] key, byte[] body, List<Header> headers) {
    return new Message(key, body, List.copyOf(headers), 0, Duration.ZERO, Duration.ZERO);
  }

  /** This message with that key; an empty key is no key. */
  public Message withKey(byte[] newKey) {
    return new Message(newKey, body, headers, priority, delay, timeToLive);
  }

  /** This message with that text in UTF-8 as its key; an empty text is no key. */
  public Message withKey(String newKey) {
    return withKey(newKey.getBytes(UTF_8));
  }

  /** This message with one more header, after those that it has; names may repeat. */
  public Message withHeader(Header header) {
    List<Header> more = new ArrayList<>(headers);
    more.add(header);
    return new Message(key, body, List.copyOf(more), priority, delay, timeToLive);
  }

  /** This message with one more header, whose value is the text in UTF-8. */
  public Message withHeader(String name, String value) {
    return withHeader(Header.of(name, value));
  }

  /**
   * This message with that priority: higher ones are delivered first (0).
   *
   * @throws IllegalArgumentException if it is not in 0 .. {@link #MAX_PRIORITY}; the topic may
   *     allow less, and refuse it
   */
  public Message withPriority(int newPriority) {
    if (newPriority < 0 || newPriority > MAX_PRIORITY) {
      throw new IllegalArgumentException(
          "priority is not in 0 .. " + MAX_PRIORITY + ": " + newPriority);
    }
    return new Message(key, body, headers, newPriority, delay, timeToLive);
  }

  /**
   * This message, not to be delivered before that time has passed since it was stored (zero).
   *
   * @param newDelay counted in milliseconds
   * @throws IllegalArgumentException if it is negative or longer than {@link #MAX_TIME}
   */
  public Message withDelay(Duration newDelay) {
    return new Message(key, body, headers, priority, checked("delay", newDelay), timeToLive);
  }

  /**
   * This message, to expire when that time has passed since it was stored (zero: as the topic has
   * it).
   *
   * @param time counted in milliseconds
   * @throws IllegalArgumentException if it is negative, longer than {@link #MAX_TIME}, or shorter
   *     than a millisecond without being zero
   */
  public Message withTimeToLive(Duration time) {
    if (!time.isZero() && time.toMillis() == 0) {
      throw new IllegalArgumentException("time to live is too short: " + time);
    }
    return new Message(key, body, headers, priority, delay, checked("time to live", time));
  }

  private static Duration checked(String what, Duration time) {
    if (time.isNegative() || time.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException(what + " is not in 0 .. " + MAX_TIME + ": " + time);
    }
    return time;
  }

  /** 0 to {@link #MAX_PRIORITY}. */
  public int priority() {
    return priority;
  }

  /** Zero: none. */
  public Duration delay() {
    return delay;
  }

  /** Zero: as the topic has it. */
  public Duration timeToLive() {
    return timeToLive;
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
        && headers.equals(that.headers)
        && priority == that.priority
        && delay.equals(that.delay)
        && timeToLive.equals(that.timeToLive);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        Arrays.hashCode(key), Arrays.hashCode(body), headers, priority, delay, timeToLive);
  }

  @Override
  public String toString() {
    return "Message[key " + key.length + " bytes, body " + body.length + " bytes, " + headers + "]";
  }
}

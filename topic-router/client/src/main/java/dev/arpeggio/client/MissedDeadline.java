package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A key was silent for longer than its topic promises. Said once, until it is heard again. */
public final class MissedDeadline {
  private final String topic;
  private final int partition;
  private final Optional<ByteString> key;
  private final long missed;

  MissedDeadline(String topic, int partition, Optional<ByteString> key, long missed) {
    this.topic = topic;
    this.partition = partition;
    this.key = key;
    this.missed = missed;
  }

  public String topic() {
    return topic;
  }

  public int partition() {
    return partition;
  }

  /**
   * The key; without bytes: messages without a key. Absent where the owner does not know it: it is
   * longer than 256 bytes, or was last heard by a former owner.
   */
  public Optional<byte[]> key() {
    return key.map(ByteString::toByteArray);
  }

  /** How many deadlines were missed in the partition since its owner took over. */
  public long missed() {
    return missed;
  }

  @Override
  public String toString() {
    return "MissedDeadline["
        + topic
        + "/"
        + partition
        + ", "
        + key.map(bytes -> bytes.toString(StandardCharsets.UTF_8)).orElse("unknown key")
        + "]";
  }
}

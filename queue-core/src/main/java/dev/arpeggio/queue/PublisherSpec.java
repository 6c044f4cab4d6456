package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A publisher and what it offers; null: what the topic demands.
 *
 * @param id null: it wants no repeats recognised
 * @param strength among the publishers of an exclusive topic, at least 0
 * @param ownership how it wants to be heard
 * @param reliability how it publishes
 * @param deadline how fast it lets messages of a key follow each other
 * @param lease how long it counts as alive when it gives no sign
 */
public record PublisherSpec(
    @Nullable ProducerId id,
    int strength,
    Qos.@Nullable Ownership ownership,
    Qos.Reliability reliability,
    @Nullable Duration deadline,
    @Nullable Duration lease) {
  /** One that offers what the topic demands. */
  public static PublisherSpec of(@Nullable ProducerId id) {
    return new PublisherSpec(id, 0, null, Qos.Reliability.RELIABLE, null, null);
  }

  public PublisherSpec withStrength(int stronger) {
    return new PublisherSpec(id, stronger, ownership, reliability, deadline, lease);
  }

  public PublisherSpec withLease(Duration time) {
    return new PublisherSpec(id, strength, ownership, reliability, deadline, time);
  }
}
